#!/bin/sh
# Checks an evidence package made by Aigaq. It needs a POSIX shell, openssl 3 and sha256sum, and no network.
#
#   sh verify.sh KEY [BAG_SHA256|-] [FOLDER]
#
# KEY         the log key of the archive that made the package (name+hash+base64), from the archive itself, a
#             partner or print: never from the package. Without it the best verdict is “consistent, signer not
#             established”, and the exit code 1: whoever forges a package can put another key into it too.
# BAG_SHA256  the SHA-256 of tagmanifest-sha256.txt as it was told you with the package, if it was.
# FOLDER      the package; where this script lies, if not given. A script that came with the package proves
#             nothing: compare its SHA-256 with the one the archive gives, or use a copy of your own.
#
# Exit: 0 holds · 1 does not hold, or the signer is not established · 2 wrong use.
set -u
LC_ALL=C
export LC_ALL
IFS=' '
umask 077

usage() { printf 'use: sh verify.sh KEY [BAG_SHA256|-] [FOLDER]\n' >&2; exit 2; }
exec 8>&1 # whatever is redirected below, the verdict is printed
fail() { printf 'DOES NOT HOLD: %s\n' "$1" >&8; exit 1; }

[ $# -le 3 ] || usage
key=${1-}
bag_hash=${2--}
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
bag=${3-$here}
case $bag in /*) ;; *) bag=./$bag ;; esac
[ -d "$bag" ] || usage
case $bag_hash in -) ;; *[!0-9a-f]*) usage ;; ????????????????????????????????????????????????????????????????) ;; *) usage ;; esac
for tool in openssl sha256sum mkdir rm; do
  command -v "$tool" >/dev/null || { printf 'verify.sh needs %s\n' "$tool" >&2; exit 2; }
done
version=$(openssl version)
case $version in
  'OpenSSL '[3-9].* | 'OpenSSL '[1-9][0-9]*.*) ;;
  *) printf 'verify.sh needs OpenSSL 3 or later; this is %s. verify.html needs none\n' "$version" >&2; exit 2 ;;
esac
# In memory where the system has such a place: some ten thousand little files, and none of them on a disk.
place=/tmp
[ ! -w /dev/shm ] || place=/dev/shm
work=${TMPDIR:-$place}/aigaq-verify.$$
mkdir "$work" || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/h"

# ---- bytes: hexadecimal, base64, SHA-256 of many short strings in few processes -----------------------------

n=0
for high in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
  eval "digit_$n=$high"
  for low in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
    byte=$((0x$high$low))
    eval "octal_$high$low='\\$((byte >> 6))$((byte >> 3 & 7))$((byte & 7))'"
  done
  n=$((n + 1))
done

# hexadecimal digits → $octal, which printf turns into bytes
to_octal() {
  octal=
  rest=$1
  while [ -n "$rest" ]; do
    tail=${rest#??????????}
    if [ "$tail" = "$rest" ]; then
      tail=${rest#??}
      eval "octal=\$octal\$octal_${rest%"$tail"}"
    else
      five=${rest%"$tail"}
      a=${five%????????}; five=${five#??}; b=${five%??????}; five=${five#??}
      c=${five%????}; five=${five#??}; d=${five%??}; e=${five#??}
      eval "octal=\$octal\$octal_$a\$octal_$b\$octal_$c\$octal_$d\$octal_$e"
    fi
    rest=$tail
  done
}

alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
# base64 → $hex; fails unless it is the only way to write these bytes
from_base64() {
  hex= bits=0 held=0 pad=0 rest=$1
  [ $((${#rest} % 4)) = 0 ] || return 1
  case $rest in *==) pad=2 rest=${rest%==} ;; *=) pad=1 rest=${rest%=} ;; esac
  case $rest in *[!A-Za-z0-9+/]*) return 1 ;; esac
  while [ -n "$rest" ]; do
    tail=${rest#?}
    before=${alphabet%%"${rest%"$tail"}"*}
    rest=$tail
    held=$((held << 6 | ${#before})) bits=$((bits + 6))
    if [ $bits -ge 8 ]; then
      bits=$((bits - 8))
      byte=$((held >> bits))
      held=$((held & ((1 << bits) - 1)))
      eval "hex=\$hex\$digit_$((byte >> 4))\$digit_$((byte & 15))"
    fi
  done
  [ $held = 0 ] && [ $bits = $((pad * 2)) ]
}

is_hash() {
  case $1 in
    *[!0-9a-f]*) return 1 ;;
    ????????????????????????????????????????????????????????????????) return 0 ;;
    *) return 1 ;;
  esac
}

is_number() {
  case $1 in '' | *[!0-9]* | 0?*) return 1 ;; esac
  [ ${#1} -le 15 ]
}

sha256_of() { sha256sum <"$1" >"$work/one" && read -r sum _ <"$work/one"; }

# A round: “put KEY OCTAL [TEXT]” asks for a hash, “keep KEY HASH” hands one on; “hash_all FILE” writes the
# lines “KEY HASH”, in the order in which they were asked for.
new_round() { count=0; : >"$work/hashes"; exec 5>"$work/plan"; }
flush() {
  (cd "$work/h" && sha256sum -- * >>"$work/hashes" && rm -f -- *) || fail 'sha256sum failed'
}
put() {
  printf '%s\n' "$1 H" >&5
  printf "$2%s" "${3-}" >"$work/h/$((1000000 + count % 1000))" || fail 'the temporary folder is full'
  count=$((count + 1))
  [ $((count % 1000)) != 0 ] || flush
}
keep() { printf '%s\n' "$1 = $2" >&5; }
hash_all() {
  exec 5>&-
  [ $((count % 1000)) = 0 ] || flush
  while read -r id mark value; do
    [ "$mark" = = ] || read -r value _ <&6 || fail 'sha256sum failed'
    printf '%s %s\n' "$id" "$value"
  done <"$work/plan" 6<"$work/hashes" >"$1"
}

# ---- the folder ---------------------------------------------------------------------------------------------

walk() {
  for entry in "$bag/$1"* "$bag/$1".*; do
    name=${entry#"$bag/$1"}
    case $name in . | ..) continue ;; esac
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    [ ! -L "$entry" ] || fail 'a link stands in the package in place of a file'
    case $name in *[!A-Za-z0-9._-]* | .*) fail "a file in the folder /$1 has a name that no package has" ;; esac
    if [ -d "$entry" ]; then walk "$1$name/"
    elif [ -f "$entry" ]; then printf '%s\n' "$1$name" >&5
    else fail "/$1$name is no file"
    fi
  done
}

hash_files() {
  set --
  while read -r path; do
    set -- "$@" "$path"
    if [ $# = 100 ]; then
      (cd "$bag" && sha256sum -- "$@") || fail 'a file can'\''t be read'
      set --
    fi
  done
  [ $# = 0 ] || (cd "$bag" && sha256sum -- "$@") || fail 'a file can'\''t be read'
}

for name in bagit.txt manifest-sha256.txt tagmanifest-sha256.txt proof/export.json proof/key.txt; do
  [ -f "$bag/$name" ] || fail "$name is missing"
done
[ ! -e "$bag/fetch.txt" ] || fail 'fetch.txt asks for files that are not here; such a bag is refused'
exec 5>"$work/names"
walk ''
exec 5>&-
hash_files <"$work/names" >"$work/files"

# Both manifests, and the listing that the act of packaging holds the hash of, written anew.
exec 5>"$work/payload" 7>"$work/tags" 4>"$work/contents" 9>"$work/items"
sizes= tokens=
# $path stands in no hash of the contents (a log goes on after the act that made the package): what it may be
log_file() {
  name=${path#proof/log/}
  size=${name%%/*} name=${name#*/}
  is_number "$size" && [ "$size" != 0 ] && [ -f "$bag/proof/log/$size/checkpoint" ] ||
    fail "$path stands beside no checkpoint"
  case $name in
    checkpoint) sizes="$sizes $size" ;;
    acts.txt | cosignatures) ;;
    .tsr | *[!0-9a-z]*.tsr) fail "$path does not belong into a package: it was added" ;;
    *.tsr) tokens="$tokens $path" ;;
    *) fail "$path does not belong into a package: it was added" ;;
  esac
}
while read -r sum path; do
  case $path in
    data/*) printf '%s  %s\n' "$sum" "$path" >&5 ;;
    tagmanifest-sha256.txt) ;;
    *) printf '%s  %s\n' "$sum" "$path" >&7 ;;
  esac
  case $path in
    proof/export.json | manifest-sha256.txt | tagmanifest-sha256.txt) ;;
    proof/log/*) log_file ;;
    *) printf '%s  %s\n' "$sum" "$path" >&4 ;;
  esac
  case $path in data/items/*)
    name=${path#data/items/}
    [ "${name%%.*}" = "$sum" ] || fail "$path is not the file it is named for"
    printf '%s\n' "$sum" >&9
  esac
done <"$work/files"
exec 5>&- 7>&- 4>&- 9>&-
same() {
  sha256_of "$work/$1"
  ours=$sum
  sha256_of "$bag/$2"
  [ "$ours" = "$sum" ] || fail "$2 is not what the files give: one was changed, added or removed"
}
same payload manifest-sha256.txt
same tags tagmanifest-sha256.txt
[ "$bag_hash" = - ] || [ "$bag_hash" = "$sum" ] || fail 'the bag is another than the one you were told of'
bag_found=$sum
sha256_of "$work/contents"
contents=$sum

# ---- fields → records ---------------------------------------------------------------------------------------

bad() { fail "$file is not in the form that a file of proved records has"; }

# `read` passes over a NUL, and a last line without an end: what it gives must be all that is there.
plain() {
  while IFS= read -r line; do printf '%s\n' "$line"; done <"$bag/$1" >"$work/again"
  sha256_of "$work/again"
  ours=$sum
  sha256_of "$bag/$1"
  [ "$ours" = "$sum" ] || fail "$1 is not in its form"
}

# Every field but a record's last is followed by a comma.
comma() {
  [ "$more" = yes ] || bad
  case $line in *,) ;; *) more= ;; esac
}

shown=0 hidden=0 stated=0 records=0 committed=
: >"$work/places"
read_records() {
  file=$1
  open=
  plain "$file"
  {
    IFS= read -r line && [ "$line" = '{"format":"aigaq records 1","records":[' ] || bad
    while :; do
      IFS= read -r line || bad
      case $line in
        '{"act":'*) [ -z "$open" ] || bad; record_head ;;
        '{"salt":"'*) [ -n "$open" ] || bad; comma; shown_field ;;
        '{"hidden":"'*)
          [ -n "$open" ] || bad
          comma
          line=${line%,} line=${line#'{"hidden":"'}
          is_hash "${line%'"}'}" && [ "$line" != "${line%'"}'}" ] || bad
          keep $records "${line%'"}'}"
          hidden=$((hidden + 1)) ;;
        '{"stated":["'*)
          [ -n "$open" ] || bad
          # Nothing vouches for what the export states: it is outside the hash that it holds of the contents.
          [ "$file" != proof/export.json ] || fail "$file states what nothing proves: it was added"
          comma
          case ${line%,} in *']}') ;; *) bad ;; esac
          stated=$((stated + 1)) ;;
        ']},') [ -n "$open" ] && [ -z "$more" ] || bad; open= ;;
        ']}')
          [ -n "$open" ] && [ -z "$more" ] || bad
          IFS= read -r line && [ "$line" = ']}' ] || bad
          ! IFS= read -r line && [ -z "$line" ] || bad
          break ;;
        *) bad ;;
      esac
    done
  } <"$bag/$file"
}

record_head() {
  records=$((records + 1))
  open=yes digest= more=yes
  line=${line#'{"act":'}
  act=${line%%,*} line=${line#"$act",}
  case $line in '"place":'*) line=${line#'"place":'} ;; *) bad ;; esac
  place=${line%%,*} line=${line#"$place",}
  case $line in '"of":'*) line=${line#'"of":'} ;; *) bad ;; esac
  of=${line%%,*} line=${line#"$of",}
  is_number "$act" && is_number "$place" && is_number "$of" || bad
  case $line in '"path":['*'],"fields":[') ;; *) bad ;; esac
  line=${line#'"path":['} line=${line%'],"fields":['}
  path=
  while [ -n "$line" ]; do
    hash=${line%%,*}
    [ "$hash" != "$line" ] || line=$line,
    line=${line#"$hash",}
    case $hash in '"'*'"') hash=${hash#?} hash=${hash%?} ;; *) bad ;; esac
    is_hash "$hash" || bad
    path="$path $hash"
  done
  printf '%s\n' "$records $act $place $of$path" >>"$work/places"
}

shown_field() {
  line=${line%,} line=${line#'{"salt":"'}
  salt=${line%%'"'*} line=${line#"$salt"}
  case $line in '","field":['*']}') ;; *) bad ;; esac
  is_hash "$salt" || bad
  line=${line#'","field":'} line=${line%'}'}
  to_octal "$salt"
  put $records "$octal" "$line"
  shown=$((shown + 1))
  case $line in
    '["plaintext_sha256","'*'"]') line=${line#'["plaintext_sha256","'} digest=${line%'"]'} ;;
    '["table","item"]') # fields stand in the order of their names, so its digest came before
      ! is_hash "$digest" || eval "proved_$digest=yes" ;;
    '["contents","'*'"]')
      [ "$file" = proof/export.json ] || return 0
      line=${line#'["contents","'}
      committed=${line%'"]'} ;;
  esac
}

new_round
read_records proof/export.json
[ "$records" = 1 ] || bad
for file in "$bag"/data/*.json; do
  [ ! -f "$file" ] || read_records "data/${file##*/}"
done
hash_all "$work/digests"
[ "$records" -gt 0 ] || fail 'there is nothing in the package'
[ "$committed" = "$contents" ] || fail 'the contents are not those of the act that made this package'

while read -r item; do
  eval "found=\${proved_$item-}"
  [ -n "$found" ] || fail "no record proves the file data/items/$item"
done <"$work/items"

# Leaves, and then level by level: neighbours of one record are paired, an odd last one is carried up.
new_round
while read -r id hash; do
  to_octal "$hash"
  put "$id" "\\000$octal"
done <"$work/digests"
level=$work/level_a above=$work/level_b
hash_all "$level"
while :; do
  new_round
  paired=
  left_id= left=
  while read -r id hash; do
    if [ "$id" = "$left_id" ]; then
      to_octal "$left$hash"
      put "$id" "\\001$octal"
      paired=yes left_id=
    else
      [ -z "$left_id" ] || keep "$left_id" "$left"
      left_id=$id left=$hash
    fi
  done <"$level"
  [ -z "$left_id" ] || keep "$left_id" "$left"
  hash_all "$above"
  line=$level level=$above above=$line
  [ -n "$paired" ] || break
done

# ---- records → acts, acts → checkpoints (RFC 9162 §2.1.3.2) -----------------------------------------------

# lines “ID HASH PLACE SIZE PATH…” in $work/walks → lines “ID ROOT” in $1
climb() {
  new_round
  while read -r id hash rest; do
    to_octal "$hash"
    put "$id" "\\000$octal"
  done <"$work/walks"
  hash_all "$work/climbed"
  while read -r id hash place size path <&3; do
    read -r _ hash <&4
    [ "$place" -lt "$size" ] || fail "$file: a place outside the tree"
    printf '%s\n' "$id $hash $place $((size - 1)) $path"
  done 3<"$work/walks" 4<"$work/climbed" >"$work/walking"
  while :; do
    new_round
    moved=
    : >"$work/rests"
    while read -r id hash fn sn next path; do
      if [ -z "$next" ]; then
        [ "$sn" = 0 ] || fail "$file: a path of proof is too short"
        keep "$id" "$hash"
        printf '%s\n' "$fn $sn" >>"$work/rests"
        continue
      fi
      [ "$sn" != 0 ] || fail "$file: a path of proof is too long"
      moved=yes
      if [ $((fn & 1)) = 1 ] || [ "$fn" = "$sn" ]; then
        to_octal "$next$hash"
        while [ $((fn & 1)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done
      else
        to_octal "$hash$next"
      fi
      put "$id" "\\001$octal"
      printf '%s\n' "$((fn >> 1)) $((sn >> 1)) $path" >>"$work/rests"
    done <"$work/walking"
    hash_all "$work/climbed"
    [ -n "$moved" ] || break
    while read -r id hash <&3; do
      read -r rest <&4
      printf '%s\n' "$id $hash $rest"
    done 3<"$work/climbed" 4<"$work/rests" >"$work/walking"
  done
  while read -r line; do printf '%s\n' "$line"; done <"$work/climbed" >"$1"
}

file='a record'
while read -r id act place of path <&3; do
  read -r found hash <&4 && [ "$found" = "$id" ] || fail 'a record without fields'
  printf '%s\n' "$id $hash $place $of $path"
done 3<"$work/places" 4<"$level" >"$work/walks"
climb "$work/roots"
acts=0 export_act=
while read -r id act place of path <&3; do
  read -r _ hash <&4
  eval "known=\${act_$act-}"
  [ -n "$known" ] || { acts=$((acts + 1)); eval "act_$act=$hash"; }
  [ "${known:-$hash}" = "$hash" ] || fail "records of act $act do not belong together"
  [ -n "$export_act" ] || export_act=$act # the first record read is the export's
done 3<"$work/places" 4<"$work/roots"

# ---- signed notes -------------------------------------------------------------------------------------------

# a key “name+hash+base64” → $key_name $key_id $key_hex; $2 is its kind (01 log, 04 witness)
read_key() {
  key_name=${1%%+*}
  key_id=${1#*+}
  key_base64=${key_id#*+}
  key_id=${key_id%%+*}
  case $key_name in '' | *[[:cntrl:]' ']*) return 1 ;; esac
  from_base64 "$key_base64" && [ ${#hex} = 66 ] && [ "${hex#"$2"}" != "$hex" ] || return 1
  key_hex=${hex#??}
  to_octal "0a$hex"
  printf "%s$octal" "$key_name" >"$work/message"
  sha256_of "$work/message"
  [ "$1" = "$key_name+$key_id+$key_base64" ] && [ "${sum%"${sum#????????}"}" = "$key_id" ]
}

# $1 the signature in hexadecimal; the message stands in $work/message
signed() {
  to_octal "302a300506032b6570032100$key_hex"
  printf "$octal" >"$work/key"
  to_octal "$1"
  printf "$octal" >"$work/signature"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/message" \
    -sigfile "$work/signature" >/dev/null 2>&1
}

dash=$(printf '\342\200\224')

# proof/log/SIZE/checkpoint → $root
check_checkpoint() {
  file=proof/log/$1/checkpoint
  {
    IFS= read -r origin && IFS= read -r size && IFS= read -r root64 && IFS= read -r empty &&
      IFS= read -r line || fail "$file is no checkpoint"
  } <"$bag/$file"
  read_key "$log_key" 01 || fail 'the key is none: name+hash+base64'
  signature=${line#"$dash $key_name "}
  printf '%s\n%s\n%s\n' "$origin" "$size" "$root64" >"$work/message"
  printf '%s\n%s\n%s\n\n%s %s %s\n' "$key_name" "$1" "$root64" "$dash" "$key_name" "$signature" >"$work/again"
  sha256_of "$work/again"
  ours=$sum
  sha256_of "$bag/$file"
  [ "$ours" = "$sum" ] || fail "$file is not of this log, or not in its only form"
  from_base64 "$signature" && [ ${#hex} = 136 ] && [ "${hex#"$key_id"}" != "$hex" ] && signed "${hex#????????}" ||
    fail "$file is not signed by the key"
  from_base64 "$root64" && [ ${#hex} = 64 ] || fail "$file has no root"
  root=$hex
}

check_cosignatures() {
  file=proof/log/$1/cosignatures
  [ -f "$bag/$file" ] || return 0
  plain "$file"
  plain proof/witnesses.txt
  while IFS= read -r line; do
    found=
    while IFS= read -r witness; do
      name=${witness%%+*}
      case $line in "$dash $name "*) ;; *) continue ;; esac
      read_key "$witness" 04 || fail 'proof/witnesses.txt: a key that is none'
      from_base64 "${line#"$dash $name "}" && [ ${#hex} = 152 ] || fail "$file: a line that is no cosignature"
      [ "${hex#"$key_id"}" != "$hex" ] || continue
      stamp=${hex#????????} stamp=${stamp%"${stamp#????????????????}"}
      at=$((0x$stamp))
      printf 'cosignature/v1\ntime %s\n%s\n%s\n%s\n' "$at" "$origin" "$1" "$root64" >"$work/message"
      signed "${hex#????????????????????????}" || fail "$file: a cosignature that is not the witness's"
      found=yes
      to_date "$at"
      printf '%s\n' "  seen by witness $name on $date ($1 acts; key $key_id)" >>"$work/report"
    done <"$bag/proof/witnesses.txt"
    [ -n "$found" ] || fail "$file: a cosignature by nobody who is known here"
  done <"$bag/$file"
}

# seconds since 1970 → $date
to_date() {
  days=$(($1 / 86400 + 719468)) seconds=$(($1 % 86400))
  era=$((days / 146097)) doe=$((days % 146097))
  yoe=$(((doe - doe / 1460 + doe / 36524 - doe / 146096) / 365))
  doy=$((doe - (365 * yoe + yoe / 4 - yoe / 100))) mp=$(((5 * doy + 2) / 153))
  day=$((doy - (153 * mp + 2) / 5 + 1)) month=$((mp < 10 ? mp + 3 : mp - 9))
  year=$((yoe + era * 400 + (month <= 2)))
  date=$(printf '%d-%02d-%02d %02d:%02d UTC' $year $month $day $((seconds / 3600)) $((seconds / 60 % 60)))
}

# a token's own time → $at, seconds since 1970
token_time() {
  at=
  openssl ts -reply -in "$1" -text >"$work/token" 2>/dev/null || return 1
  while read -r word1 word2 month day clock year zone; do
    [ "$word1 $word2" = 'Time stamp:' ] || continue
    [ -z "$at" ] && [ "$zone" = GMT ] || return 1
    case $month in
      Jan) m=10 ;; Feb) m=11 ;; Mar) m=0 ;; Apr) m=1 ;; May) m=2 ;; Jun) m=3 ;;
      Jul) m=4 ;; Aug) m=5 ;; Sep) m=6 ;; Oct) m=7 ;; Nov) m=8 ;; Dec) m=9 ;; *) return 1 ;;
    esac
    hour=${clock%%:*} minute=${clock#*:} second=${minute#*:} minute=${minute%%:*} second=${second%%.*}
    is_number "$year" && is_number "$day" || return 1
    [ $m -lt 10 ] || year=$((year - 1))
    at=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * m + 2) / 5 + day - 1 - 719468))
    at=$((at * 86400 + ${hour#0} * 3600 + ${minute#0} * 60 + ${second#0}))
  done <"$work/token"
  [ -n "$at" ]
}

# The first of the certificates in $pinned that may stamp → $signer, its SHA-256; nothing where a root stands alone.
pinned_signer() {
  signer= one=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '-----BEGIN CERTIFICATE-----'*) one=yes; : >"$work/pin" ;; esac
    [ -z "$one" ] || printf '%s\n' "$line" >>"$work/pin"
    case $line in '-----END CERTIFICATE-----'*) one= ;; *) continue ;; esac
    openssl x509 -in "$work/pin" -noout -ext extendedKeyUsage >"$work/usage" 2>/dev/null
    while read -r line; do
      case $line in *'Time Stamping'*) certificate_hash "$work/pin" && signer=$sum && return ;; esac
    done <"$work/usage"
  done <"$pinned"
}

certificate_hash() { openssl x509 -in "$1" -outform DER -out "$work/der" 2>/dev/null && sha256_of "$work/der"; }

# whether $file is signed with the certificate whose SHA-256 is $signer
token_signer() {
  openssl ts -reply -in "$bag/$file" -token_out -out "$work/token" 2>/dev/null &&
    openssl cms -verify -inform DER -in "$work/token" -certfile "$pinned" -noverify -signer "$work/by" \
      -out "$work/said" >/dev/null 2>&1 && certificate_hash "$work/by" && [ "$sum" = "$signer" ]
}

check_token() {
  file=$1
  authority=${file##*/} authority=${authority%.tsr}
  pinned=$bag/proof/authorities/$authority.pem
  [ -f "$pinned" ] || fail "$file: no certificate of this authority is in the package"
  token_time "$bag/$file" || fail "$file is no time-stamp"
  openssl ts -verify -in "$bag/$file" -data "$bag/${file%/*}/checkpoint" -CAfile "$pinned" \
    -attime "$at" >/dev/null 2>&1 || fail "$file does not hold for its checkpoint and the pinned certificate"
  pinned_signer
  [ -z "$signer" ] || token_signer || fail "$file is signed by another than the pinned authority"
  to_date "$at"
  size=${file#proof/log/} size=${size%%/*}
  eval "included=\$in_$size"
  printf '%s\n' "  on record by $date at the latest: $included of $acts acts (authority $authority)" >>"$work/report"
}

: >"$work/report"
log_key=$key
if [ -z "$key" ]; then IFS= read -r log_key <"$bag/proof/key.txt" || fail 'proof/key.txt is empty'; fi
last=0
for log in $sizes; do
  check_checkpoint "$log"
  file=proof/log/$log/acts.txt
  [ -f "$bag/$file" ] || fail "$file is missing"
  plain "$file"
  included=0 before=-1
  while IFS= read -r line; do
    act=${line%% *} path=${line#"${line%% *}"}
    is_number "$act" && [ "$act" -gt $before ] || fail "$file is not in its form"
    before=$act
    eval "hash=\${act_$act-}"
    [ -n "$hash" ] || fail "$file tells of an act that is not in the package"
    again=
    for one in $path; do
      is_hash "$one" || fail "$file is not in its form"
      again="$again $one"
    done
    [ "$again" = "$path" ] || fail "$file is not in its form"
    printf '%s\n' "$act $hash $act $log$path"
    eval "in_${log}_$act=yes"
    included=$((included + 1))
  done <"$bag/$file" >"$work/walks"
  eval "in_$log=$included"
  climb "$work/acts"
  while read -r act hash; do
    [ "$hash" = "$root" ] || fail "act $act does not stand in the signed log of $log acts"
  done <"$work/acts"
  check_cosignatures "$log"
  [ "$log" -le "$last" ] || last=$log
done
[ "$last" != 0 ] || fail 'there is no signed checkpoint in the package'
while read -r id act rest; do
  eval "found=\${in_${last}_$act-}"
  [ -n "$found" ] || fail "act $act is not proved to stand in the log"
done <"$work/places"
for token in $tokens; do check_token "$token"; done

# ---- verdict ------------------------------------------------------------------------------------------------

read_key "$log_key" 01
if [ -n "$key" ]; then printf 'HOLDS: signed by %s (key %s)\n' "$key_name" "$key_id"
else printf 'CONSISTENT, SIGNER NOT ESTABLISHED: by a key that only the package names (%s, key %s)\n' "$key_name" "$key_id"
fi
printf '  %s records of %s acts in the signed log of %s acts: %s fields proved, %s withheld\n' \
  "$records" "$acts" "$last" "$shown" "$hidden"
[ "$stated" = 0 ] || printf '  %s values are stated without proof, in place of withheld ones\n' "$stated"
while IFS= read -r line; do printf '%s\n' "$line"; done <"$work/report"
printf '  SHA-256 of tagmanifest-sha256.txt, the whole bag: %s\n' "$bag_found"
if [ -z "$key" ]; then
  printf 'Ask the archive, a partner or a printed source for its log key, and run: sh verify.sh KEY\n'
  exit 1
fi
