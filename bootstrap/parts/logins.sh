# --- logins for conda ----------------------------------------------------------

# give_logins
# For the address of an archive conda looks into ~/.netrc and among the tokens of Anaconda's
# client, and not into its settings, where the login of a channel may be. For a subshell.
give_logins() {
    for boot_name in "${CONDARC-}" "$HOME/.condarc" "$boot_conda_root/.condarc"; do
        if [ -f "$boot_name" ]; then grep -Eo "https?://[^][:space:]\"',}]+" "$boot_name" || :; fi
    done >"$boot_logins/addresses"
    { cat "${NETRC:-$HOME/.netrc}" 2>/dev/null || :; } >"$boot_logins/netrc"
    mkdir "$boot_logins/data" || return
    while read -r boot_url; do give_login "${boot_url%%://*}" "${boot_url#*://}/"; done <"$boot_logins/addresses"
    export NETRC="$boot_logins/netrc"
    if has_file "$boot_logins/data"; then export BINSTAR_CONFIG_DIR="$boot_logins"; fi
}

# give_login SCHEME REST
# Writes down what the address has as USER:PASSWORD@HOST/ or HOST/t/TOKEN/.
give_login() {
    boot_host=${2%%/*}
    boot_login=${boot_host%@*}
    boot_host=${boot_host##*@}
    case $2 in
    *:*@*/*)
        decode_percent "${boot_login%%:*}"
        printf '\nmachine %s login %s ' "${boot_host%:*}" "$boot_value"
        decode_percent "${boot_login#*:}"
        printf 'password %s\n' "$boot_value" ;;
    esac >>"$boot_logins/netrc"
    case ${2#*/} in
    t/?*/*)
        boot_name=$(printf '%s://%s/' "$1" "$boot_host" | sed 's/:/%3A/g; s,/,%2F,g').token
        boot_value=${2#*/t/}
        printf %s "${boot_value%%/*}" >"$boot_logins/data/$boot_name" ;;
    esac
}

# decode_percent TEXT
# Sets boot_value to TEXT with each %XX replaced.
decode_percent() {
    boot_value='' boot_part=$1%
    while [ -n "$boot_part" ]; do
        boot_value=$boot_value${boot_part%%"%"*}
        boot_part=${boot_part#*"%"}
        case $boot_part in
        '') ;;
        [0-9A-Fa-f][0-9A-Fa-f]*)
            # The format is made of three octal digits.
            # shellcheck disable=SC2059
            boot_value=$boot_value$(printf "\\$(printf %03o "0x${boot_part%"${boot_part#??}"}")")
            boot_part=${boot_part#??} ;;
        *) boot_value=$boot_value% ;;
        esac
    done
}
