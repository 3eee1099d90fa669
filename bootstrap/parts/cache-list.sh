# --- lists ---------------------------------------------------------------------

# cache_size PATH...
# Prints how much of the disk PATH takes, a file with two names in it once.
cache_size() {
    cache_kib=$(du -sk "$@" 2>/dev/null) || :
    cache_kib=${cache_kib%%[!0-9]*}
    printf %s "${cache_kib:-0}"
}

# cache_own_size KIB
# Prints how much less the cache would be without the working directory, which takes KIB: files that
# have a second name elsewhere, in the package cache, would stay.
cache_own_size() {
    cache_shared=$(find . ! -type d -links +1 -exec du -k {} + 2>/dev/null |
        awk '{ sum += $1 } END { print sum + 0 }') || cache_shared=0
    printf %s "$(($1 - cache_shared))"
}

cache_list() {
    for cache_prefix in "$cache_root"/kernels/*/*; do
        cache_prefix=${cache_prefix#"$cache_root/kernels/"}
        case $cache_prefix in *[!A-Za-z0-9._/-]* | *..*) continue ;; esac
        cache_choose "$cache_prefix"
        cache_go "kernels/$cache_kernel" || continue
        cache_image=
        if cache_is_complete; then
            # A container can have written anything there, and no end to it.
            cache_image=$(dd if=conda-meta/submarine-complete bs=4096 count=1 2>/dev/null |
                LC_ALL=C sed -n '/^image=/{s///;s/[^!-~].*//;p;q;}')
        fi
        cache_whole=$(cache_size .)
        printf '%s\t' "$cache_kernel" "$(cache_state)" "$cache_whole" \
            "$(cache_own_size "$cache_whole")" "$(cache_used)"
        printf '%s\n' "$cache_image"
    done
}

# cache_sizes
# Each part is measured alone, since not every du counts a file once over several arguments.
cache_sizes() {
    cache_left=$(cache_size .)
    for cache_name in kernels pip wheels logs; do
        # An empty folder is nothing that could be freed.
        cache_part=$(cache_go "$cache_name" && [ -n "$(ls -A)" ] && cache_size .) || cache_part=0
        cache_left=$((cache_left - cache_part))
        printf '%s\t%s\n' "$cache_name" "$cache_part"
    done
    cache_part=0
    if [ -d pkgs ]; then
        # What the package cache has besides is what is left when all else is taken away.
        cache_part=$cache_left
        for cache_file in ./* ./.[!.]*; do
            case ${cache_file#./} in kernels | pip | wheels | logs | pkgs) continue ;; esac
            [ ! -e "$cache_file" ] || cache_part=$((cache_part - $(cache_size "$cache_file")))
        done
    fi
    printf 'pkgs\t%s\nother\t%s\n' "$cache_part" "$((cache_left - cache_part))"
}
