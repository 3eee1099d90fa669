# --- clearing ------------------------------------------------------------------

# cache_clear
# A build that is going on is not disturbed: what it installs from has a name of its own in builds.
cache_clear() {
    cache_before=$(cache_size .)
    if cache_go archives && ! cache_empty; then
        cache_open_folders .
        cache_empty || printf 'failed\tarchives\n'
    fi
    for cache_name in $cache_earlier; do
        cache_go || return 0
        if [ -e "./$cache_name" ] && ! cache_remove_folder "./$cache_name"; then
            printf 'failed\t%s\n' "$cache_name"
        fi
    done
    cache_go || return 0
    printf 'cleared\t%s\n' "$((cache_before - $(cache_size .)))"
}

# cache_empty
# Removes all that is in the working directory.
cache_empty() {
    find . -mindepth 1 -maxdepth 1 -exec rm -rf {} + 2>/dev/null || :
    [ -z "$(find . -mindepth 1 -maxdepth 1 2>/dev/null | head -n 1)" ]
}
