# --- progress ------------------------------------------------------------------

boot_ticker=

# is_watched
# Whether a person looks on: what is shown to one only disturbs a log.
is_watched() {
    [ "${SUBMARINE_PROGRESS-}" = 1 ] || [ -t 2 ]
}

# show_progress TEXT [LOG]
# On a terminal: TEXT, the seconds since, and the last words of LOG, on one line, until clear_progress.
show_progress() {
    is_watched || return 0
    (
        exec 9<&- </dev/null >/dev/null
        prog_seconds=0 prog_words=
        find_width
        while kill -0 $$ 2>/dev/null; do
            printf '\r%.*s\033[K' "$prog_width" "submarine: $1 ($prog_seconds s)${prog_words:+: $prog_words}" >&2
            sleep 1
            prog_seconds=$((prog_seconds + 1))
            [ -z "${2-}" ] || find_last_words "$2"
        done
    ) &
    boot_ticker=$!
}

# find_width
# Sets prog_width to the columns of the terminal but one, where the cursor stands.
find_width() {
    prog_width=$(stty size <&2 2>/dev/null) || prog_width=
    prog_width=${prog_width#* }
    case $prog_width in '' | *[!0-9]*) prog_width=80 ;; esac
    [ "$prog_width" -ge 40 ] || prog_width=80
    prog_width=$((prog_width - 1))
}

# find_last_words LOG
find_last_words() {
    prog_words=$(tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | LC_ALL=C sed -n 's/[^ -~]//g; /[^ ]/h; ${ g; p; }') || prog_words=
}

clear_progress() {
    [ -n "$boot_ticker" ] || return 0
    kill "$boot_ticker" 2>/dev/null || :
    wait "$boot_ticker" 2>/dev/null || :
    boot_ticker=
    printf '\r\033[K' >&2
}
