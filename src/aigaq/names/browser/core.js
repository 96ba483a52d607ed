/* Folding, keys and search of names in the browser: the twin of scripts.py, phones.py, harmony.py,
 * affixes.py, parse.py, pinyin.py and keys.py. The build (analysis/names/src/make_browser.py) puts
 * TABLES, made from the same files as Python's, before this text; tests compare the two. */

export class NameTooLong extends RangeError {}

const MAX_LENGTH = 256;
const WORD_CHAR = "[\\p{L}\\p{N}_]";
const regex = (source, flags = "u") => new RegExp(source.replaceAll("\\w", WORD_CHAR), flags);
const charMap = (from, to) => new Map([...from].map((c, i) => [c, [...to][i] ?? ""]));
const translate = (text, map) => Array.from(text, (c) => map.get(c) ?? c).join("");

/* --- scripts.py ----------------------------------------------------------------------------- */

const SCRIPTS = TABLES.scripts.map(([name, chars]) => [name, regex(`[${chars}]`)]);
const LATIN = SCRIPTS.find(([name]) => name === "Latn")[1];
const CYRILLIC = SCRIPTS.find(([name]) => name === "Cyrl")[1];
const BEFORE = new Map(Object.entries(TABLES.before));
const AFTER = new Map(Object.entries(TABLES.after));
const CASEFOLD = new Map(Object.entries(TABLES.casefold));
const SIMPLIFIED = charMap(TABLES.traditional, TABLES.simplified);
const TRUE_TWINS = new Set(TABLES.trueTwins);
const TO_LATIN = new Map(Object.entries(TABLES.toLatin));
const TO_CYRILLIC = new Map(Object.entries(TABLES.toCyrillic));
const HEH_VOWELS = new Set(TABLES.hehVowels);

/** ISO 15924 code of the script most letters of the text are in, "Zyyy" for none. */
export function scriptOf(text) {
  const counts = new Map();
  for (const c of text) {
    const found = SCRIPTS.find(([, pattern]) => pattern.test(c));
    if (found) counts.set(found[0], (counts.get(found[0]) ?? 0) + 1);
  }
  let best = "Zyyy";
  for (const [name, count] of counts) if (count > (counts.get(best) ?? 0)) best = name;
  return best;
}

const seen = (c) => {
  if (/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]/u.test(c)) return " ";
  return /[\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Me}\ufe00-\ufe0f]/u.test(c) ? "" : c;
};

function repair(word) {
  const latin = [...word].filter((c) => LATIN.test(c));
  const cyrillic = [...word].filter((c) => CYRILLIC.test(c));
  if (!latin.length || !cyrillic.length) return word;
  const sure = (chars) => chars.filter((c) => !TRUE_TWINS.has(c)).length;
  const lead = sure(latin) - sure(cyrillic) || latin.length - cyrillic.length;
  return translate(word, lead > 0 ? TO_LATIN : TO_CYRILLIC);
}

function settleHeh(text) {
  const letters = [...text];
  letters.forEach((c, at) => {
    if (c !== "ه") return;
    const before = letters[at - 1] ?? " ";
    const after = letters[at + 1] ?? " ";
    const between = !HEH_VOWELS.has(before) && before !== " ";
    letters[at] = between && !HEH_VOWELS.has(after) ? "ە" : "ھ";
  });
  return letters.join("");
}

const casefold = (text) =>
  Array.from(text, (c) => CASEFOLD.get(c) ?? c.toLowerCase()).join("");
const tidy = (text) =>
  text.replace(/\s+/gu, " ").replace(/ *([·,،，、/]) */gu, "$1").replace(/^ +| +$/gu, "");

/** The one spelling that all typed variants of a name share. Throws NameTooLong. */
export function fold(text) {
  const size = Array.from(text).length;
  if (size > MAX_LENGTH) throw new NameTooLong(`the name has ${size} characters`);
  let t = translate(text, BEFORE).normalize("NFKC");
  t = casefold(t).replaceAll("i\u0307", "i").normalize("NFKC");
  t = translate(translate(t, BEFORE), AFTER);
  t = Array.from(t, seen).join("").normalize("NFC");
  if (LATIN.test(t) && CYRILLIC.test(t)) t = t.replace(/[^\s·-]+/gu, repair);
  if (t.includes("ه")) t = settleHeh(t);
  return tidy(translate(t, SIMPLIFIED));
}

/* --- harmony.py ----------------------------------------------------------------------------- */

const FRONT = charMap("اوۇى", "ٵٶٷٸ");
const HARMONIC = regex(TABLES.harmonic, "gu");
const UNDER_HAMZA = regex(TABLES.underHamza, "gu");
const ELEMENTS = new Map(TABLES.elements.map(([element, harmony]) => [element, harmony]));
const alternatives = (...places) =>
  TABLES.elements.filter((row) => places.includes(row[2])).map((row) => row[0])
    .sort((a, b) => b.length - a.length).join("|");
const AT_END = regex(`(?<=..)(?:${alternatives("any", "end")})$`);
const AT_START = regex(`^(?:${alternatives("any", "start")})(?=.)`);

function splitElements(word) {
  const ending = [];
  const opening = [];
  for (let m; (m = AT_END.exec(word)); word = word.slice(0, m.index)) ending.unshift(m[0]);
  for (let m; !ELEMENTS.has(word) && (m = AT_START.exec(word)); word = word.slice(m[0].length)) {
    opening.push(m[0]);
  }
  return [...opening, word, ...ending];
}

function frontBySigns(element) {
  const signs = [...element.matchAll(/[ەكگقع]/gu)].map((m) => [m.index, "ەكگ".includes(m[0])]);
  return element.replace(HARMONIC, (c, at) => {
    let best = null;
    for (const [place, front] of signs) {
      const d = Math.abs(place - at);
      if (!best || d < best[0] || (d === best[0] && front)) best = [d, front];
    }
    return best?.[1] ? FRONT.get(c) : c;
  });
}

function frontElement(element, hamza) {
  const known = ELEMENTS.get(element);
  if (known === "b") return element;
  if (known !== "f" && !hamza) return frontBySigns(element);
  return element.replace(known ? HARMONIC : UNDER_HAMZA, (c) => FRONT.get(c));
}

function markFront(word) {
  const hamza = word.includes("ء");
  const [first, ...others] = splitElements(word.replaceAll("ء", ""));
  return frontElement(first, hamza)
    + others.map((element) => frontElement(element, hamza && !first)).join("");
}

/* --- phones.py ------------------------------------------------------------------------------ */

const HABITS = new Set(TABLES.habits);
const GLIDES = TABLES.glides.map(([pattern, by]) => [regex(pattern, "gu"), by]);
const LATIN_SIGNS = TABLES.latinSigns.map(([sign, habit]) => [regex(sign), habit]);
const UYGHUR_ARABIC = regex(TABLES.uyghurArabic);
const KAZAKH_ARABIC = regex(TABLES.kazakhArabic);
const ARABIC_ONLY = regex(TABLES.arabicOnly);
const VOWELS = new Set("aäeiıoöuü");
const readers = new Map();

/** The language whose spelling habits a folded name is to be read by, "" for no sign. */
export function guessHabit(text, lang = "") {
  const primary = lang.split("-")[0];
  if (HABITS.has(primary)) return primary;
  const script = scriptOf(text);
  if (script === "Arab") {
    if (UYGHUR_ARABIC.test(text)) return "ug";
    if (ARABIC_ONLY.test(text)) return "ar";
    return KAZAKH_ARABIC.test(text) ? "kk" : "";
  }
  if (script !== "Latn") return "";
  return LATIN_SIGNS.find(([sign]) => sign.test(text))?.[1] ?? "";
}

function inContext(letters, where, vowels) {
  const [before, after] = {
    "start": ["(?<!\\w)", ""],
    "end": ["", "(?!\\w)"],
    "_V": ["", `(?=[${vowels}])`],
    "V_": [`(?<=[${vowels}])`, ""],
    "V_V": [`(?<=[${vowels}])`, `(?=[${vowels}])`],
    "V_C": [`(?<=[${vowels}])`, `(?![${vowels}])`],
    "_E": ["", `(?=[${TABLES.frontLetters}])`],
    "_C": ["", `(?![${vowels}])`],
  }[where];
  return before + letters + after;
}

function makeReader(script, lang) {
  const vowels = TABLES.letterVowels[script] ?? "a";
  const all = TABLES.graphemes.filter(([s]) => s === script)
    .map(([, langs, letters, phones, where]) => ({ langs, letters, phones, where }));
  const own = all.filter(({ langs }) => langs !== "*" && langs.split(",").includes(lang));
  const replaced = new Set(own.filter(({ where }) => !where).map(({ letters }) => letters));
  const rows = own
    .concat(all.filter(({ langs, letters }) => langs === "*" && !replaced.has(letters)))
    .sort((a, b) => [...b.letters].length - [...a.letters].length || !a.where - !b.where);
  const plain = new Map();
  const placed = new Map();
  const patterns = [];
  for (const { letters, phones, where } of rows) {
    if (where) {
      patterns.push(`(?<r${placed.size}>${inContext(letters, where, vowels)})`);
      placed.set(`r${placed.size}`, phones);
    } else if (!plain.has(letters)) {
      plain.set(letters, phones);
      if (letters.length > 1) patterns.push(letters);
    }
  }
  const pattern = regex([...patterns, "."].join("|"), "gsu");
  const known = new Set([...plain.keys()].join("") + "'");
  return (word) => {
    const base = Array.from(word, (c) => (known.has(c) ? c : [...c.normalize("NFD")][0])).join("");
    return base.replace(pattern, (...args) => {
      const groups = typeof args.at(-1) === "object" ? args.at(-1) : {};
      for (const [name, text] of Object.entries(groups)) {
        if (text !== undefined) return placed.get(name);
      }
      return plain.get(args[0]) ?? "";
    });
  };
}

const phonesOf = remember((word, lang) => {
  const script = scriptOf(word);
  const habit = guessHabit(word, lang);
  const key = `${script} ${habit}`;
  if (!readers.has(key)) readers.set(key, makeReader(script, habit));
  let phones = readers.get(key)(script === "Arab" && habit === "kk" ? markFront(word) : word);
  for (const [pattern, by] of GLIDES) phones = phones.replace(pattern, by);
  return phones;
});

/** The broad phones of one written word, one character each. */
export const toPhones = (word, lang = "") => phonesOf(fold(word), lang);

function remember(compute) {
  const known = new Map();
  return (word, lang = "") => {
    const key = `${lang} ${word}`;
    if (!known.has(key)) {
      if (known.size > 50000) known.clear();
      known.set(key, compute(word, lang));
    }
    return known.get(key);
  };
}

/* --- affixes.py, parse.py ------------------------------------------------------------------- */

const AFFIXES = new Map();
for (const [kind, name, forms] of TABLES.affixes) {
  if (!AFFIXES.has(kind)) AFFIXES.set(kind, new Map());
  const words = AFFIXES.get(kind);
  for (const form of forms) if (!words.has(form)) words.set(form, name);
}
const LONGEST_ENDING = Math.max(...[...AFFIXES.get("ending").keys()].map((f) => f.length));
const FATHER_ENDINGS = new Set(TABLES.fatherEndings);
const findWord = (kind, word) => AFFIXES.get(kind).get(word);

function findEnding(chars) {
  const longest = chars.length - (chars.join("") > "\u2e80" ? 1 : TABLES.shortestStem);
  for (let length = Math.min(LONGEST_ENDING, chars.length); length > 0; length--) {
    const form = chars.slice(-length).join("");
    const name = findWord("ending", form);
    if (name === "none") return "";
    if (name && length <= longest) return form;
  }
  return "";
}

function readToken(word) {
  if (findWord("honorific", word)) return { text: word, role: "honorific", stem: word, ending: "" };
  const chars = [...word];
  if (chars.length === 1 && ["Latn", "Cyrl", "Arab", "Grek"].includes(scriptOf(word))) {
    return { text: word, role: "initial", stem: word, ending: "" };
  }
  const ending = findEnding(chars);
  const name = findWord("ending", ending);
  const role = !ending ? "name" : FATHER_ENDINGS.has(name) ? "patronymic" : "surname";
  return { text: word, role, stem: word.slice(0, word.length - ending.length), ending };
}

const identifies = (token) => !["honorific", "clan", "initial"].includes(token.role);

/** The words of a name with their roles: name, patronymic, surname, honorific, clan, initial. */
export function parse(name, lang = "") {
  const text = fold(name);
  const tokens = [];
  for (const word of text.match(/[^\s·.,،、()（）/;"«»“”[\]]+/gu) ?? []) {
    const last = tokens.at(-1);
    if (findWord("child-of", word) && last && identifies(last) && !last.ending) {
      Object.assign(last, { text: `${last.text} ${word}`, role: "patronymic", ending: word });
    } else {
      tokens.push(readToken(word));
    }
  }
  const clans = tokens.map((token, at) => {
    const said = findWord("clan-word", token.text) && at;
    const next = tokens[at + 1];
    return said || (next && findWord("clan-word", next.text))
      || (at >= 2 && token.role === "name" && findWord("clan", token.text));
  });
  tokens.forEach((token, at) => { if (clans[at]) token.role = "clan"; });
  if (tokens[0]?.role === "honorific" && !tokens.some((token) => token.role === "name")) {
    tokens[0].role = "name";
  }
  return { text, script: scriptOf(text), habit: guessHabit(text, lang), tokens };
}

/* --- pinyin.py ------------------------------------------------------------------------------ */

const READINGS = new Map();
for (const [syllable, chars] of TABLES.pinyin) for (const c of chars) READINGS.set(c, syllable);
const SYLLABLES = new Map();
for (const [syllable, , cost] of TABLES.pinyin) {
  SYLLABLES.set(syllable, [syllable, cost + TABLES.syllableCost]);
}
for (const [typed, syllable] of Object.entries(TABLES.spellings)) {
  if (!SYLLABLES.has(typed)) {
    const cost = SYLLABLES.get(syllable)[1] + 2 * TABLES.syllableCost;
    SYLLABLES.set(typed, [syllable, cost]);
  }
}
const hanziSyllables = (text) => [...text].map((c) => READINGS.get(c)).filter(Boolean);

function plainPinyin(folded) {
  const decomposed = folded.replace(/[1-5]/gu, " ").normalize("NFD");
  const bare = decomposed.replace(/u(?:\u0308|:)/gu, "v").replace(/\p{M}/gu, "");
  return bare.replace(/(?<=[jqxy])v/gu, "u").replace(/[^a-z]+/gu, " ").trim();
}

function isBefore([costA, a], [costB, b]) {
  if (costA !== costB) return costA < costB;
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i];
  return a.length < b.length;
}

function cut(letters) {
  const best = [[0, []]];
  for (let end = 1; end <= letters.length; end++) {
    let found = null;
    for (let start = Math.max(0, end - 6); start < end; start++) {
      const known = SYLLABLES.get(letters.slice(start, end));
      if (!best[start] || !known) continue;
      const option = [best[start][0] + known[1], [...best[start][1], known[0]]];
      if (!found || isBefore(option, found)) found = option;
    }
    best.push(found);
  }
  return best.at(-1)?.[1] ?? [];
}

function splitFolded(folded) {
  const syllables = [];
  for (const run of plainPinyin(folded).split(" ").filter(Boolean)) {
    const parts = cut(run);
    if (!parts.length) return [];
    syllables.push(...parts);
  }
  return syllables;
}

/** The syllables of a pinyin string, [] if any part of it is no pinyin. */
export const splitPinyin = (text) => splitFolded(fold(text));

function initialFinal(syllable) {
  const initial = /^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])/u.exec(syllable)?.[0] ?? "";
  return [initial, syllable.slice(initial.length)];
}

/* --- keys.py -------------------------------------------------------------------------------- */

const { phoneClass, initialClass, palatal, familyHanzi, placeHanzi, shortestPlace, mostKeys,
  shortestWide, longestKey } = TABLES.keys;
const AMBIGUOUS = TABLES.keys.ambiguous.map(([sign, by]) => [regex(sign), regex(sign, "gu"), by]);

function slotsOfPhones(phones) {
  const slots = [];
  for (let at = 0; at < phones.length; at++) {
    const phone = phones[at];
    const coda = !VOWELS.has(phones[at + 1]);
    if (phone === "h" || (coda && phone === "ğ")) slots.push(["K", ""]);
    else if (phone === "v") slots.push(["P", ""]);
    else if (phone === "ŋ" && !coda) slots.push(["N", "NK"]);
    else if (coda && "lr".includes(phone)) slots.push(["L", ""]);
    else if (coda && phone === "m") slots.push(["M", "N"]);
    else if (phoneClass[phone]) slots.push([phoneClass[phone]]);
  }
  return slots;
}

function slotsOfSyllable(syllable) {
  const [initial, final] = initialFinal(syllable);
  const slots = [];
  if (initialClass[initial]) slots.push([initialClass[initial]]);
  else if (palatal[initial]) slots.push(palatal[initial]);
  else if (initial === "w" && !final.startsWith("u")) slots.push(["", "P"]);
  if (final === "er") slots.push(["L"]);
  else if (/ng?$/u.test(final)) slots.push(["N", ""]);
  return slots;
}

function slotsOfHanzi(word) {
  const slots = hanziSyllables(word).flatMap(slotsOfSyllable);
  if (slots.length > 1 && familyHanzi.includes([...word].at(-1))) {
    slots[slots.length - 1] = ["P", ""];
  }
  return slots;
}

function spellOut(slots) {
  let keys = new Set([""]);
  const add = (key, c) => (key.endsWith(c) ? key : key + c);
  for (const slot of slots.slice(0, longestKey)) {
    let grown = new Set([...keys].flatMap((key) => slot.map((c) => add(key, c))));
    if (grown.size > mostKeys) grown = new Set([...keys].map((key) => add(key, slot[0])));
    keys = grown;
  }
  keys.delete("");
  return keys;
}

function keysOfHanzi(word) {
  const chars = [...word];
  const keys = spellOut(slotsOfHanzi(word));
  if (chars.length >= shortestPlace && placeHanzi.includes(chars.at(-1))) {
    spellOut(slotsOfHanzi(chars.slice(0, -1).join(""))).forEach((key) => keys.add(key));
  }
  return keys;
}

const tokenKeys = remember((word, habit) => {
  const script = scriptOf(word);
  if (script === "Hans") return keysOfHanzi(word);
  const keys = spellOut(slotsOfPhones(phonesOf(word, habit)));
  const more = (slots) => spellOut(slots).forEach((key) => keys.add(key));
  if (script === "Latn") {
    more(splitFolded(word).flatMap(slotsOfSyllable));
    for (const [sign, everywhere, letters] of AMBIGUOUS) {
      if (sign.test(word)) more(slotsOfPhones(phonesOf(word.replace(everywhere, letters), habit)));
    }
  }
  return keys;
});

function stemsOf(parsed) {
  const stems = parsed.tokens.filter(identifies).map((token) => token.stem);
  const words = stems.length ? stems : parsed.text.split(" ");
  return words.flatMap((word) => word.split("-")).filter(Boolean);
}

/** The blocking keys of a name, sorted, the same as Python's aigaq.names.keys. */
export function keys(name, lang = "") {
  const parsed = parse(name, lang);
  const stems = stemsOf(parsed);
  const words = stems.length > 1 ? [...stems, stems.join("")] : stems;
  return [...new Set(words.flatMap((word) => [...tokenKeys(word, parsed.habit)]))].sort();
}

/** Keys, and those of four letters or more with each one letter left out. */
export function wideKeys(name, lang = "") {
  const wide = new Set(keys(name, lang));
  for (const key of [...wide]) {
    if (key.length < shortestWide) continue;
    for (let i = 0; i < key.length; i++) wide.add(key.slice(0, i) + key.slice(i + 1));
  }
  return [...wide].sort();
}

/* --- search: good enough to find a name on a page, not to judge it ---------------------------- */

const INITIAL_PHONES = new Map(Object.entries(TABLES.initialPhones));
const FINAL_PHONES = new Map(Object.entries(TABLES.finalPhones));
const KIND = new Map();
TABLES.kinds.forEach((phones, kind) => [...phones].forEach((phone) => KIND.set(phone, kind)));
const isVowel = (phone) => VOWELS.has(phone);
const isWeak = (phone) => "wyhv".includes(phone);

function phonesOfSyllable(syllable) {
  const [initial, final] = initialFinal(syllable);
  return (INITIAL_PHONES.get(initial) ?? "") + (FINAL_PHONES.get(final) ?? final);
}

function readForms(word, habit) {
  if (scriptOf(word) === "Hans") return [hanziSyllables(word).map(phonesOfSyllable).join("")];
  const syllables = scriptOf(word) === "Latn" ? splitFolded(word) : [];
  const forms = [phonesOf(word, habit)];
  if (syllables.length) forms.push(syllables.map(phonesOfSyllable).join(""));
  return forms.filter(Boolean);
}

const lossOf = (phone) => (isVowel(phone) ? 0.35 : isWeak(phone) ? 0.4 : 1);

function swapOf(a, b) {
  if (a === b) return 0;
  if (KIND.get(a) === KIND.get(b)) return isVowel(a) ? 0.2 : 0.25;
  if (isVowel(a) && isVowel(b)) return 0.4;
  return isVowel(a) || isVowel(b) ? 1.1 : 0.95;
}

function distance(a, b) {
  let row = [0];
  for (const phone of b) row.push(row.at(-1) + lossOf(phone));
  for (const x of a) {
    const next = [row[0] + lossOf(x)];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(
        row[j] + lossOf(x), next[j - 1] + lossOf(b[j - 1]), row[j - 1] + swapOf(x, b[j - 1]),
      ));
    }
    row = next;
  }
  return row[b.length];
}

const weightOf = (phones) => [...phones].reduce((sum, phone) => sum + lossOf(phone), 0);

function likeness(formsA, formsB) {
  let best = 0;
  for (const a of formsA) {
    for (const b of formsB) {
      const most = Math.max(weightOf(a), weightOf(b)) || 1;
      best = Math.max(best, 1 - distance(a, b) / most);
    }
  }
  return best;
}

/** What compare() needs of a name; prepare once for many comparisons. */
export function prepare(name, lang = "") {
  const parsed = parse(name, lang);
  const stems = stemsOf(parsed);
  const read = (word) => readForms(word, parsed.habit);
  return { text: parsed.text, parts: stems.map(read), whole: read(stems.join("")) };
}

/** How alike two prepared names sound, 0 to 1; a search order, not a calibrated score. */
export function compare(a, b) {
  if (a.text === b.text) return 1;
  const [few, many] = a.parts.length <= b.parts.length ? [a.parts, b.parts] : [b.parts, a.parts];
  if (!few.length) return 0;
  const matched = few.reduce(
    (sum, part) => sum + Math.max(...many.map((other) => likeness(part, other))), 0,
  ) / few.length;
  const spare = 1 - 0.06 * (many.length - few.length);
  return Math.max(0, Math.min(0.99, Math.max(matched * spare, likeness(a.whole, b.whole))));
}

const SCAN_AT_MOST = 3000;

/** A list of {id, name, lang} to search by name in any script. */
export class NameIndex {
  constructor(entries) {
    this.entries = entries.map(({ id, name, lang = "" }) => ({ id, name, lang, form: null }));
    this.blocks = new Map();
    this.entries.forEach((entry, at) => {
      for (const key of wideKeys(entry.name, entry.lang)) {
        if (!this.blocks.has(key)) this.blocks.set(key, []);
        this.blocks.get(key).push(at);
      }
    });
  }

  #candidates(name, lang) {
    if (this.entries.length <= SCAN_AT_MOST) return this.entries;
    const found = new Set(wideKeys(name, lang).flatMap((key) => this.blocks.get(key) ?? []));
    return [...found].map((at) => this.entries[at]);
  }

  /** The k entries most like the name, best first: [{id, name, score}]. */
  search(name, k = 10, lang = "") {
    const query = prepare(name, lang);
    const scored = this.#candidates(name, lang).map((entry) => {
      entry.form ??= prepare(entry.name, entry.lang);
      return { id: entry.id, name: entry.name, score: compare(query, entry.form) };
    });
    return scored.sort((a, b) => b.score - a.score).slice(0, k);
  }
}
