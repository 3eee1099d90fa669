# --- secrets -------------------------------------------------------------------

# read_secrets
# Takes what the user gave in SUBMARINE_SECRETS for what was given by variables. A FIFO is read
# once, as its writer writes once; a file is removed, so that no later process finds it.
read_secrets() {
    [ -n "${SUBMARINE_SECRETS-}" ] || return 0
    await_secrets
    [ -r "$SUBMARINE_SECRETS" ] || die 65 "the secrets in $SUBMARINE_SECRETS cannot be read" 'start as the user that they were given to'
    watch_writer
    read_file "$SUBMARINE_SECRETS"
    [ -z "$boot_secret_watch" ] || kill "$boot_secret_watch" 2>/dev/null || :
    [ -n "$boot_text" ] || die_of_absence
    [ ! -f "$SUBMARINE_SECRETS" ] || rm -f "$SUBMARINE_SECRETS" || die 65 "the secrets in $SUBMARINE_SECRETS cannot be removed" ''
    unset SUBMARINE_SECRETS
    give_secrets "$boot_text"
    boot_text=
}

# await_secrets
# Waits for a file that is written when the container runs.
await_secrets() {
    boot_secret_turns=600
    while [ ! -e "$SUBMARINE_SECRETS" ]; do
        [ "$boot_secret_turns" -gt 0 ] || die_of_absence
        if sleep 0.05 2>/dev/null; then
            boot_secret_turns=$((boot_secret_turns - 1))
        elif sleep 1 2>/dev/null; then
            boot_secret_turns=$((boot_secret_turns - 20))
        else
            boot_secret_turns=0
        fi
    done
}

# watch_writer
# Whoever was to write into a FIFO may have been killed: then it is opened and closed in his place,
# which gives the reader an end.
watch_writer() {
    boot_secret_watch=
    [ -p "$SUBMARINE_SECRETS" ] || return 0
    {
        sleep 30 &
        trap 'kill "$!"; exit' TERM
        wait "$!" && : 3<>"$SUBMARINE_SECRETS"
    } </dev/null >/dev/null 2>&1 &
    boot_secret_watch=$!
}

die_of_absence() {
    die 75 'the secrets of this start have not come within 30 s' 'start it again'
}

# give_secrets TEXT
# TEXT is read and not run, so it can set nothing but variables.
give_secrets() {
    boot_secret_rest=$1
    while [ -n "$boot_secret_rest" ]; do
        case $boot_secret_rest in "export "[A-Za-z_]*"='"*) ;; *) die_of_secrets ;; esac
        boot_secret_name=${boot_secret_rest%%=*}
        boot_secret_name=${boot_secret_name#export }
        case $boot_secret_name in *[!A-Za-z0-9_]* | boot_* | SUBMARINE_* | IFS | PATH) die_of_secrets ;; esac
        boot_secret_rest=${boot_secret_rest#*=}
        read_quoted
        # What a shell keeps for itself cannot be set, as in restore_given.
        eval 'export "$boot_secret_name=$boot_secret_value"' 2>/dev/null || :
        SUBMARINE_GIVEN="${SUBMARINE_GIVEN-} $boot_secret_name"
        boot_secret_rest=${boot_secret_rest#"$boot_newline"}
    done
    export SUBMARINE_GIVEN
    boot_secret_value=
}

# read_quoted
# Takes a word off the front of boot_secret_rest, in which \'\'\' stands for a quote, and sets
# boot_secret_value to what it says.
read_quoted() {
    boot_secret_value=
    while :; do
        boot_secret_rest=${boot_secret_rest#\'}
        boot_secret_value=$boot_secret_value${boot_secret_rest%%\'*}
        boot_secret_rest=${boot_secret_rest#*\'}
        case $boot_secret_rest in "\\''"*) ;; *) return 0 ;; esac
        boot_secret_rest=${boot_secret_rest#??}
        boot_secret_value=$boot_secret_value\'
    done
}

die_of_secrets() {
    die 65 'the secrets of this start are not lines of shell that set variables' "write each as: export NAME='value'"
}
