# --- removal -------------------------------------------------------------------

# cache_remove KERNEL...
# A start notes its use of a kernel before it looks for the mark, and builds where there is none,
# which waits for whoever removes. So when the mark is taken away under the lock, whoever still
# uses the kernel is there to be seen, and whoever comes later waits.
cache_remove() {
    for cache_kernel in "$@"; do
        cache_choose "$cache_kernel"
        cache_status=0
        cache_lock 9 "$cache_platform-$cache_id" || cache_status=$?
        case $cache_status in
        0) if cache_go "kernels/$cache_kernel"; then cache_remove_locked; fi ;;
        2) printf 'failed\t%s\n' "$cache_kernel" ;;
        *) printf 'busy\t%s\n' "$cache_kernel" ;;
        esac
        exec 9<&-
    done
}

cache_remove_locked() {
    if cache_has_mark && ! cache_rename_mark submarine-complete submarine-complete.removing; then
        printf 'failed\t%s\n' "$cache_kernel"
        return 0
    fi
    # Whoever ends this while it waits has not said yes.
    trap 'cache_put_back; exit 143' HUP INT TERM
    printf 'ask\t%s\n' "$cache_kernel"
    read -r cache_answer || cache_answer=no
    trap '' HUP INT TERM
    if [ "$cache_answer" != yes ]; then
        cache_put_back
        printf 'kept\t%s\n' "$cache_kernel"
    else
        cache_own=$(cache_own_size "$(cache_size .)")
        if cache_go "kernels/$cache_platform" && cache_remove_folder "./$cache_id"; then
            if cache_go logs; then rm -rf "./$cache_id-$cache_platform".* 2>/dev/null || :; fi
            printf 'removed\t%s\t%s\n' "$cache_kernel" "$cache_own"
        else
            printf 'failed\t%s\n' "$cache_kernel"
        fi
    fi
    trap - HUP INT TERM
}

cache_put_back() {
    cache_rename_mark submarine-complete.removing submarine-complete || :
}

# cache_sweep NAME...
cache_sweep() {
    cache_freed=0
    for cache_name in "$@"; do
        cache_go_build "$cache_name" || continue
        cache_own=$(cache_own_size "$(cache_size .)")
        if cache_go builds && cache_remove_folder "./$cache_name"; then
            cache_freed=$((cache_freed + cache_own))
        else
            printf 'failed\tbuilds/%s\n' "$cache_name"
        fi
    done
    printf 'swept\t%s\n' "$cache_freed"
}
