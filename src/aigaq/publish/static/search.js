/* Search without a server. A classic script with no dependency, so that it runs from a disk or a USB stick. */
(function () {
  "use strict";
  var root = document.documentElement.getAttribute("data-root") || "";
  var field = document.getElementById("q");
  var box = document.getElementById("found");
  if (!field || !box) { return; }
  var say = { none: box.getAttribute("data-none"), more: box.getAttribute("data-more"),
    some: box.getAttribute("data-some"), one: box.getAttribute("data-one"),
    failed: box.getAttribute("data-failed"), reading: box.getAttribute("data-reading"),
    alike: box.getAttribute("data-alike"), only: box.getAttribute("data-only-alike") };
  var SHOWN = 40, RANGES = 6, ALIKE = 10, LIKE_ENOUGH = 0.7, LONGEST = 256;
  var manifest = null, waiting = {}, shards = {}, words = {}, sounds = {}, asked = 0;

  var MARKS = /[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
  var BREAKS = /[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u02b9-\u02bf\u2000-\u206f\u3000-\u303f\u30fb\uff01-\uff0f\uff1a-\uff20\u060c\u061b\u061f\u06d4]+/;
  var APOSTROPHES = /['\u2019\u2018\u02bc\u02bb`\u00b4]/g;

  function fold(text) {
    var bare = text.normalize("NFKD").toLowerCase().replace(MARKS, "").replace(APOSTROPHES, "");
    var out = "", table = manifest.letters;
    for (var i = 0; i < bare.length; i++) {
      var letter = bare.charAt(i);
      out += Object.prototype.hasOwnProperty.call(table, letter) ? table[letter] : letter;
    }
    return out;
  }
  function split(text) { return fold(text).split(BREAKS).filter(Boolean); }

  function load(path, done) {
    if (waiting[path]) { waiting[path].push(done); return; }
    waiting[path] = [done];
    var script = document.createElement("script");
    script.src = root + path;
    function finish(ok) {
      var calls = waiting[path]; delete waiting[path];
      for (var i = 0; i < calls.length; i++) { calls[i](ok); }
    }
    script.onload = function () { finish(true); };
    script.onerror = function () { finish(false); };
    document.head.appendChild(script);
  }
  window.aigaqManifest = function (value) { manifest = value; };
  window.aigaqIndex = function (number, rows) { shards[number] = rows; };
  window.aigaqWords = function (number, list) { words[number] = list; };
  window.aigaqSounds = function (number, rows, places) { sounds[number] = { rows: rows, places: places }; };
  window.aigaqFold = fold;

  function all(paths, done) {
    var left = paths.length, ok = true;
    if (!left) { done(true); return; }
    paths.forEach(function (path) {
      load(path, function (fine) { ok = ok && fine; left -= 1; if (!left) { done(ok); } });
    });
  }
  function ready(done) {
    if (manifest) { done(true); return; }
    load("search/manifest.js", function (ok) { done(ok && !!manifest); });
  }

  /* Numbers of the shards that can hold words beginning with `prefix`. */
  function ranges(prefix) { return within(manifest.starts, prefix, prefix + "\uffff"); }
  function within(starts, prefix, end) {
    var found = [];
    for (var i = 0; i < starts.length; i++) {
      var next = i + 1 < starts.length ? starts[i + 1] : null;
      if (starts[i] <= end && (next === null || next >= prefix)) { found.push(i); }
    }
    return found;
  }
  function need(numbers, done) {
    all(numbers.filter(function (n) { return !shards[n]; })
      .map(function (n) { return "search/s" + n + ".js"; }), done);
  }
  function formsOf(row) { return [row[1]].concat(row[5]); }

  /* 3: every word of the query begins a word of the person; 1: every one stands somewhere; 0: not. */
  function score(row, query) {
    var forms = formsOf(row), tokens = [], inside = false;
    forms.forEach(function (form) { tokens = tokens.concat(split(form)); });
    for (var i = 0; i < query.length; i++) {
      var begins = false, within = false;
      for (var j = 0; j < tokens.length && !begins; j++) {
        var at = tokens[j].indexOf(query[i]);
        begins = at === 0; within = within || at > 0;
      }
      if (!begins && !within) { return 0; }
      if (!begins) { inside = true; }
    }
    return inside ? 1 : 3;
  }
  function pick(numbers, query) {
    var seen = {}, found = [];
    numbers.forEach(function (number) {
      (shards[number] || []).forEach(function (row) {
        if (seen[row[0]]) { return; }
        seen[row[0]] = true;
        var points = score(row, query);
        if (points) { found.push([points, row]); }
      });
    });
    found.sort(function (a, b) { return b[0] - a[0] || (a[1][1] < b[1][1] ? -1 : 1); });
    return found.map(function (pair) { return pair[1]; });
  }
  function matched(row, query) {
    var forms = row[5];
    if (score([0, row[1], 0, 0, 0, []], query)) { return ""; }
    for (var i = 0; i < forms.length; i++) {
      if (score([0, forms[i], 0, 0, 0, []], query)) { return forms[i]; }
    }
    return "";
  }

  function clear() { while (box.firstChild) { box.removeChild(box.firstChild); } }
  function note(text) {
    var p = document.createElement("p");
    p.className = "quiet"; p.textContent = text; box.appendChild(p);
  }
  function name(text, lang, rtl) {
    var bdi = document.createElement("bdi");
    if (lang) { bdi.lang = lang; }
    bdi.dir = rtl === null ? "auto" : rtl ? "rtl" : "ltr";
    bdi.textContent = text;
    return bdi;
  }
  function list(rows, other) {
    var list = document.createElement("ol");
    list.className = "hits";
    rows.forEach(function (row) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = root + "person/" + row[0] + ".html";
      link.appendChild(name(row[1], row[2], row[3]));
      item.appendChild(link);
      var form = other(row);
      if (form) { item.appendChild(document.createTextNode(" ")); item.appendChild(name(form, "", null)); }
      if (row[4]) {
        var about = document.createElement("span");
        about.className = "quiet"; about.textContent = " " + row[4]; item.appendChild(about);
      }
      list.appendChild(item);
    });
    box.appendChild(list);
  }
  function show(rows, query, cut) {
    clear();
    if (!rows.length) { note(say.none); }
    else {
      note((rows.length === 1 && !cut ? say.one : say.some).replace("{n}", rows.length + (cut ? "+" : "")));
      list(rows.slice(0, SHOWN), function (row) { return matched(row, query); });
      if (rows.length > SHOWN || cut) { note(say.more); }
    }
    addAlike(rows, asked);
  }

  /* People whose names sound like what was typed, in any script, below those that are written so. */
  function addAlike(shown, turn) {
    var typed = field.value, twin = null, numbers = null;
    if (typed.length > LONGEST || !manifest.sounds.length) { return; }
    all(window.aigaqNames ? [] : ["look/names.js"], function (ok) {
      twin = window.aigaqNames;
      if (turn !== asked || !ok || !twin) { return; }
      var keys = twin.keys(typed);
      keys = keys.concat(twin.wideKeys(typed).filter(function (key) { return keys.indexOf(key) < 0; }));
      numbers = soundRanges(keys);
      all(numbers.filter(function (n) { return !sounds[n]; })
        .map(function (n) { return "search/k" + n + ".js"; }), function (ok) {
        if (turn !== asked || !ok) { return; }
        var found = pickAlike(twin, keys, numbers, shown);
        if (!found.length) { return; }
        if (!shown.length) { clear(); }
        note(shown.length ? say.alike : say.only);
        list(found.map(function (one) { return one.row; }), function (row) {
          for (var i = 0; i < found.length; i++) {
            if (found[i].row === row) { return found[i].form === row[1] ? "" : found[i].form; }
          }
        });
      });
    });
  }
  function soundRanges(keys) {
    var numbers = {};
    keys.forEach(function (key) {
      var here = within(manifest.sounds, key, key);
      if (Object.keys(numbers).length + here.length > RANGES) { return; }
      here.forEach(function (n) { numbers[n] = true; });
    });
    return Object.keys(numbers).map(Number);
  }
  function pickAlike(twin, keys, numbers, shown) {
    var query = twin.prepare(field.value), seen = {}, found = [];
    shown.forEach(function (row) { seen[row[0]] = true; });
    numbers.forEach(function (number) {
      keys.forEach(function (key) {
        var has = Object.prototype.hasOwnProperty.call(sounds[number].places, key);
        (has ? sounds[number].places[key] : []).forEach(function (at) {
          var row = sounds[number].rows[at];
          if (seen[row[0]]) { return; }
          seen[row[0]] = true;
          var best = likest(twin, query, row);
          if (best.points >= LIKE_ENOUGH) { found.push(best); }
        });
      });
    });
    found.sort(function (a, b) { return b.points - a.points || (a.row[1] < b.row[1] ? -1 : 1); });
    return found.slice(0, ALIKE);
  }
  function likest(twin, query, row) {
    var best = { row: row, form: "", points: 0 };
    formsOf(row).forEach(function (form) {
      var points = form.length > LONGEST ? 0 : twin.compare(query, twin.prepare(form));
      if (points > best.points) { best.points = points; best.form = form; }
    });
    return best;
  }

  function inside(query, longest, turn) {
    var paths = [];
    for (var i = 0; i < manifest.words; i++) { if (!words[i]) { paths.push("search/w" + i + ".js"); } }
    all(paths, function (ok) {
      if (turn !== asked) { return; }
      if (!ok) { clear(); note(say.failed); return; }
      var numbers = {};
      for (var i = 0; i < manifest.words; i++) {
        (words[i] || []).forEach(function (word) {
          if (word.indexOf(longest) >= 0) { ranges(word).forEach(function (n) { numbers[n] = true; }); }
        });
      }
      var list = Object.keys(numbers).map(Number), cut = list.length > RANGES;
      list = list.slice(0, RANGES);
      need(list, function (ok) {
        if (turn !== asked) { return; }
        if (!ok) { clear(); note(say.failed); return; }
        show(pick(list, query), query, cut);
      });
    });
  }
  function search() {
    var turn = ++asked, typed = field.value;
    if (!typed.trim()) { clear(); return; }
    ready(function (ok) {
      if (turn !== asked) { return; }
      if (!ok) { clear(); note(say.failed); return; }
      var query = split(typed);
      if (!query.length) { clear(); return; }
      var best = null, longest = query[0];
      query.forEach(function (word) {
        var found = ranges(word);
        if (!best || found.length < best.length) { best = found; }
        if (word.length > longest.length) { longest = word; }
      });
      var cut = best.length > RANGES;
      best = best.slice(0, RANGES);
      if (!box.firstChild) { note(say.reading); }
      need(best, function (ok) {
        if (turn !== asked) { return; }
        if (!ok) { clear(); note(say.failed); return; }
        var rows = pick(best, query);
        if (rows.length || longest.length < 2) { show(rows, query, cut && rows.length >= SHOWN); }
        else { inside(query, longest, turn); }
      });
    });
  }

  var timer = null;
  field.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(search, 120); });
  field.form.addEventListener("submit", function (event) { event.preventDefault(); search(); });
  function links() { return Array.prototype.slice.call(box.querySelectorAll("a")); }
  document.addEventListener("keydown", function (event) {
    var here = document.activeElement, typing = /^(input|textarea|select)$/i.test(here && here.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "/" && !typing) { event.preventDefault(); field.focus(); field.select(); }
    if (event.key === "Escape" && (here === field || box.contains(here))) {
      field.value = ""; asked += 1; clear(); field.focus();
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (here === field || box.contains(here))) {
      var all = links(), at = all.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1);
      if (all.length) { event.preventDefault(); (at < 0 ? field : all[Math.min(at, all.length - 1)]).focus(); }
    }
  });
  if (field.value) { search(); }
}());
