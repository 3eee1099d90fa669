# --- the folders of a build ----------------------------------------------------

# empty_prefix
# The mark goes first: what is half removed is not to be taken for whole. The folder itself stays, since
# it may be a mount point.
empty_prefix() {
    rm -f "$inst_mark" 2>/dev/null || :
    remove_all || {
        # Packages have folders that nobody may write.
        chmod -R u+rwx "$inst_prefix" 2>/dev/null || :
        remove_all || :
    }
}

remove_all() {
    rm -rf "${inst_prefix:?}"/* "$inst_prefix"/.[!.]* "$inst_prefix"/..?* 2>/dev/null
}

# is_empty
# Whether the prefix is; sets inst_left to something that is left in it.
is_empty() {
    for inst_left in "$inst_prefix"/* "$inst_prefix"/.[!.]* "$inst_prefix"/..?*; do
        if [ -e "$inst_left" ] || [ -L "$inst_left" ]; then return 1; fi
    done
}

# die_of_prefix
# Ends the command because something could not be written into the prefix.
die_of_prefix() {
    if [ -w "$inst_prefix" ] && ! has_room "$inst_prefix"; then die_full; fi
    die_unwritable "$inst_prefix" 'where the kernel is built'
}

# has_room FOLDER
has_room() {
    { printf '%8192s' '' >"$1/.submarine-room"; } 2>/dev/null || return 1
    rm -f "$1/.submarine-room"
}

# die_unwritable PATH WHAT
die_unwritable() {
    inst_value=$1
    while [ ! -e "$inst_value" ]; do inst_value=${inst_value%/*}; done
    find_ownership_hint
    die 73 "user $boot_user cannot write into $(user_path "$inst_value"), $2" "$boot_hint"
}

# find_full_hint
# Sets fail_remedy to where room can be made.
find_full_hint() {
    case ${inst_prefix-} in
    /submarine/*) fail_remedy="free some in ${SUBMARINE_CACHE:-/submarine}: what is in archives is only a cache" ;;
    *) fail_remedy='free some where the engine keeps its containers' ;;
    esac
}

die_full() {
    find_full_hint
    die 73 'no space is left' "$fail_remedy"
}

# user_path PATH
# Prints where the user finds what is at PATH in here.
user_path() {
    case $1 in
    /submarine | /submarine/*) printf '%s' "${SUBMARINE_CACHE:-/submarine}${1#/submarine}" ;;
    *) printf '%s' "$1" ;;
    esac
}

# hide_passwords FILE...
# conda and pip print addresses as they were given them, and they may have a password in them. The file
# is written where it is, since it may be a mount point.
hide_passwords() {
    for hide_file in "$@"; do
        grep -Eqs '://[^[:space:]]*/t/|//[^/@[:space:]]+@' "$hide_file" || continue
        hide_text=$(sed -e 's,//[^/@[:space:]]*@,//***@,g' -e 's,\(://[^[:space:]]*/t/\)[^/[:space:]]*,\1***,g' "$hide_file") || continue
        { printf '%s\n' "$hide_text" >"$hide_file"; } 2>/dev/null || :
    done
}
