# --- the user ------------------------------------------------------------------

# provide_home
# An engine gives HOME=/ to a user whom the image does not know, and a root file
# system may be read-only; conda, pip and Jupyter all fail where they cannot write.
provide_home() {
    if [ -n "${HOME-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; then return 0; fi
    if [ -w "${TMPDIR:-/tmp}" ]; then export HOME="${TMPDIR:-/tmp}"; fi
}

# provide_user NAME
# Names the user whom the image does not know, where nobody did: getpass.getuser() and much else
# fail without a name.
provide_user() {
    if [ -n "${USER-}" ] && [ -n "${LOGNAME-}" ]; then return 0; fi
    find_user_id
    if [ -z "$boot_uid" ] || is_known_user; then return 0; fi
    boot_user_name=${USER:-${LOGNAME:-${1:-user$boot_uid}}}
    export USER="$boot_user_name" LOGNAME="$boot_user_name"
}

# find_user_id
# Sets boot_uid; to nothing where it cannot be learnt.
find_user_id() {
    read_status Uid
    boot_uid=${boot_status_text%%[!0-9]*}
    [ -n "$boot_uid" ] || boot_uid=$(id -u 2>/dev/null) || boot_uid=
}

# is_known_user
# Whether /etc/passwd has boot_uid. Directories such as LDAP are asked by no shell.
is_known_user() {
    [ -r /etc/passwd ] || return 1
    while IFS=: read -r _ _ boot_user_line _; do
        if [ "$boot_user_line" = "$boot_uid" ]; then return 0; fi
    done </etc/passwd
    return 1
}

# read_status FIELD
# Sets boot_status_text to what the kernel says of this process; to nothing where it says nothing. Each
# program that could be asked would be a process.
read_status() {
    boot_status_text=
    while IFS=":	 " read -r boot_user_field boot_user_value; do
        if [ "$boot_user_field" = "$1" ]; then
            boot_status_text=$boot_user_value
            break
        fi
    done 2>/dev/null </proc/self/status || :
}
