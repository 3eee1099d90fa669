# --- secrets -------------------------------------------------------------------

# read_secrets
# Puts the files of SUBMARINE_SECRETS in their place, and takes its variables for what was given. A
# FIFO is read once, as its writer writes once; a file is removed, so that no later process finds it.
read_secrets() {
    [ -n "${SUBMARINE_SECRETS-}" ] || return 0
    await_secrets
    [ -r "$SUBMARINE_SECRETS" ] || die 65 "the secrets in $SUBMARINE_SECRETS cannot be read" 'start as the user that they were given to'
    watch_writer
    receive_secrets <"$SUBMARINE_SECRETS"
    [ -z "$boot_secret_watch" ] || kill "$boot_secret_watch" 2>/dev/null || :
    [ -n "$boot_text$boot_secret_files" ] || die_of_absence
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

# receive_secrets
# Reads stdin, and sets boot_text to the variables, boot_secret_files to how many files there were.
receive_secrets() {
    boot_text='' boot_secret_files=''
    IFS= read -r boot_secret_line || [ -n "$boot_secret_line" ] || return 0
    case $boot_secret_line in
    'files '*) receive_files "${boot_secret_line#files }" ;;
    *) boot_text=$boot_secret_line ;;
    esac
    read_lines
}

# receive_files COUNT
receive_files() {
    case $1 in '' | *[!0-9]*) die_of_secrets ;; esac
    boot_secret_files=$1
    find_umask
    umask 0377
    boot_secret_count=0
    while [ "$boot_secret_count" -lt "$1" ]; do
        IFS= read -r boot_secret_line || die_of_absence
        boot_secret_name=${boot_secret_line#file }
        case $boot_secret_line in "file $boot_secret_name") ;; *) die_of_secrets ;; esac
        case $boot_secret_name in '' | .* | *[!A-Za-z0-9_.-]*) die_of_secrets ;; esac
        { receive_file >"/run/secrets/$boot_secret_name"; } 2>/dev/null || die 65 "the secret $boot_secret_name cannot be kept in /run/secrets" ''
        [ "$boot_secret_line" = . ] || die_of_absence
        boot_secret_count=$((boot_secret_count + 1))
    done
    umask "$boot_umask"
}

# receive_file
# Writes the bytes of one file to stdout, and leaves the line behind them in boot_secret_line.
receive_file() {
    while IFS= read -r boot_secret_line; do
        case $boot_secret_line in =*) ;; *) return 0 ;; esac
        printf %b "${boot_secret_line#=}" || return
    done
}

die_of_absence() {
    die 75 'the secrets of this start have not come within 30 s' 'start it again'
}

# give_secrets TEXT
# TEXT is read and not run, so it can set nothing but variables.
give_secrets() {
    boot_secret_rest=$1
    # Whoever writes it into a file ends it so, to see that all of it is there.
    boot_secret_rest=${boot_secret_rest%"# end"}
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
