boot_newline='
'

# die CODE MESSAGE HINT
die() {
    clear_progress
    printf 'submarine: %s\n' "$2" >&2
    [ -z "$3" ] || printf '  %s\n' "$3" >&2
    exit "$1"
}

# say MESSAGE
say() {
    [ "${SUBMARINE_VERBOSE-}" != 1 ] || printf 'submarine: %s\n' "$1" >&2
}

# find_program NAME PATHS
# Sets boot_found to the file that PATHS has for NAME. `command -v` would need a
# subshell to give its answer, and answers with builtins too.
find_program() {
    boot_common_rest=$2:
    while [ -n "$boot_common_rest" ]; do
        boot_found=${boot_common_rest%%:*}
        boot_found=${boot_found:-.}/$1
        boot_common_rest=${boot_common_rest#*:}
        if [ -f "$boot_found" ] && [ -x "$boot_found" ]; then return 0; fi
    done
    boot_found=
    return 1
}

# read_file FILE
# Sets boot_text to what FILE holds, without its last newline.
read_file() {
    boot_text=
    read_lines <"$1"
}

# read_lines
# Adds what stdin still holds to boot_text, without its last newline.
read_lines() {
    while IFS= read -r boot_common_line || [ -n "$boot_common_line" ]; do
        boot_text=$boot_text${boot_text:+$boot_newline}$boot_common_line
    done
}
