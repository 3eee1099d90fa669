# --- what persists -------------------------------------------------------------

# use_home
# What was set to lie there is as the image has it where nothing can be written.
use_home() {
    boot_home=${SUBMARINE_HOME-}
    unset SUBMARINE_HOME
    [ -n "$boot_home" ] || return 0
    if [ -w "$boot_home" ]; then
        link_history
        return 0
    fi
    for boot_home_name in XDG_CACHE_HOME JUPYTERLAB_SETTINGS_DIR JUPYTERLAB_WORKSPACES_DIR; do
        eval "boot_home_value=\${$boot_home_name-}"
        # It is set by eval.
        # shellcheck disable=SC2154
        case $boot_home_value in "$boot_home"/*) unset "$boot_home_name" ;; esac
    done
}

# link_history
# IPython keeps what was typed in its profile, which lies in a home that is new each time. The file alone
# is where it stays: the rest of a profile is code that IPython would run.
link_history() {
    [ -n "${HOME-}" ] || return 0
    if [ -z "${SUBMARINE_NOTEBOOK-}" ] && ! has_ipython; then return 0; fi
    boot_home_profile=${IPYTHONDIR:-$HOME/.ipython}/profile_default
    boot_home_file=$boot_home_profile/history.sqlite
    if [ -e "$boot_home_file" ] || [ -L "$boot_home_file" ] || is_mounted "$boot_home_profile"; then return 0; fi
    # What is above the profile is none of ours.
    # shellcheck disable=SC2174
    mkdir -p -m 700 "$boot_home_profile" "$boot_home/ipython" 2>/dev/null || return 0
    ln -s "$boot_home/ipython/history.sqlite" "$boot_home_file" 2>/dev/null || :
}

has_ipython() {
    find_program ipython "${PATH-}${boot_prefix:+:$boot_prefix/bin}"
}

# is_mounted FOLDER
# Whether it is in a folder that somebody has mounted: a link in there would stay, and lead nowhere.
is_mounted() {
    while read -r _ _ _ _ boot_home_point _; do
        # Spaces and the like are written as \040.
        case $boot_home_point in *\\*) boot_home_point=$(printf %b "$boot_home_point") ;; esac
        case $boot_home_point in / | '') continue ;; esac
        case $1/ in "$boot_home_point"/*) return 0 ;; esac
    done 2>/dev/null </proc/self/mountinfo
    return 1
}
