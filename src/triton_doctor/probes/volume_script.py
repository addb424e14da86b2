"""The script that looks into the volume of downloads.

It runs in a probe container, and needs sh, ls, stat, od, head and tail. Its arguments come in
pairs: `hub/models--a--b` with a revision, for a model in huggingface_hub's layout, or `=path` with
an empty one, for a folder. Its output is fields that end in a zero byte: keys with their values;
after `head-bytes` or `tail-bytes` and a number come so many bytes of the last file as they are;
after `shared` the beginnings of all files that had a `share`, as long as that says.
"""

from __future__ import annotations

from triton_doctor.probes.safetensors_header import LARGEST
from triton_doctor.probes.weights_store import HEAD, TEXT_LIMIT

TARGET = "/cache"
TOGETHER = 32 << 20  # bytes of several files that one process prints

SCRIPT = rf"""
LC_ALL=C; export LC_ALL
line='
'
say() {{ printf '%s\0%s\0' "$1" "$2"; }}
part() {{ # $1: head or tail, $2: how many bytes, $3: file, $4: its size
  n=$2; [ "$n" -gt "$4" ] && n=$4
  [ "$n" -gt 0 ] || return
  say "$1-bytes" "$n"; "$1" -c "$n" "./$3"
}}
show() {{ # $1: file, $2: its size
  say file "$1"; say size "$2"
  case "$1" in
    tokenizer.json|tekken.json|vocab.json)
      part head {HEAD} "$1" "$2"; part tail {HEAD} "$1" "$2";;
    *.json) part head {TEXT_LIMIT} "$1" "$2";;
    *.bin|*.pt|*.gguf|*.model|*.txt|*.safetensors) part head {HEAD} "$1" "$2";;
  esac
}}
headers() {{ # files that begin with a number; all of them in few processes
  sizes=$(stat -L -c %s -- "$@"); lengths=$(head -q -c 8 -- "$@" | od -An -v -tu8)
  longest=0
  for n in $lengths; do
    # No header: the beginning shows what is there in its place.
    [ "${{#n}}" -gt 9 ] && n={HEAD}; [ "$n" -gt {LARGEST} ] && n={HEAD}
    [ "$n" -gt "$longest" ] && longest=$n
  done
  longest=$((longest + 8))
  if [ $((longest * $#)) -le {TOGETHER} ]; then
    i=0
    for size in $sizes; do
      i=$((i + 1)); eval "f=\${{$i}}"
      n=$longest; [ "$n" -gt "$size" ] && n=$size
      say file "$f"; say size "$size"; say share "$n"
    done
    say shared ''; head -q -c "$longest" -- "$@"
    return
  fi
  for n in $lengths; do
    size=${{sizes%%"$line"*}}; sizes=${{sizes#*"$line"}}
    [ "${{#n}}" -gt 9 ] && n={HEAD}; [ "$n" -gt {LARGEST} ] && n={HEAD}
    say file "$1"; say size "$size"; part head $((n + 8)) "$1" "$size"
    shift
  done
}}
look() {{
  for f in * .[!.]*; do
    if [ -f "$f" ]; then
      if [ ! -r "$f" ]; then say denied "$f"; continue; fi
      case "$f" in
        .*) ;;
        *.safetensors) continue;;
      esac
      show "$f" "$(stat -L -c %s -- "$f")"
    elif [ -d "$f" ]; then say folder "$f"
    elif [ -L "$f" ]; then say broken "$f"
    elif [ -e "$f" ]; then say other "$f"
    fi
  done
  # A list is made anew only if something in it is odd, since that takes long for a long one.
  set -- *.safetensors; count=$#; odd=
  for f; do [ -f "$f" ] && [ -r "$f" ] || odd=1; done
  if [ -n "$odd" ]; then
    for f; do [ -f "$f" ] && [ -r "$f" ] && set -- "$@" "$f"; done
    shift "$count"
  fi
  if [ $# -gt 0 ]; then
    sizes=$(stat -L -c %s -- "$@"); odd=
    for size in $sizes; do [ "$size" -lt 8 ] && odd=1; done
    for size in ${{odd:+$sizes}}; do
      f=$1; shift
      if [ "$size" -lt 8 ]; then show "$f" "$size"; else set -- "$@" "$f"; fi
    done
    [ $# -gt 0 ] && headers "$@"
  fi
  say end ''
}}
root() {{ cd {TARGET} || exit 3; }}
for tool in stat od head tail; do
  command -v "$tool" >/dev/null || {{ say lacks "$tool"; exit 0; }}
done
root
printf 'disk\0'; df -Pk . 2>/dev/null; printf '\0'
while [ $# -gt 0 ]; do
  root
  say place "$1"
  case "$1" in
    =*) if cd "${{1#=}}" 2>/dev/null; then look; else [ -e "${{1#=}}" ] && say closed ''; fi;;
    *)
      if cd "$1" 2>/dev/null; then
        commit=
        [ -f "refs/$2" ] && read -r commit <"refs/$2"
        [ -n "$commit" ] || commit=$2
        say commit "$commit"
        for f in blobs/*; do
          if [ -f "$f" ]; then say blob "${{f#blobs/}}"; fi
        done
        if cd "snapshots/$commit" 2>/dev/null; then look; fi
      elif [ -e "$1" ]; then say closed ''
      fi;;
  esac
  shift 2
done
say done ''
"""
