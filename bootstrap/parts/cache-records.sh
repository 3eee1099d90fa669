# --- what a kernel consists of -------------------------------------------------

# cache_records
# One awk for many of them: a process for each would take a second.
cache_records() {
    # The program is awk's, its variables too.
    # shellcheck disable=SC2016
    set -- awk 'FNR == 1 { printf "\036%s\n", FILENAME; skip = 0 }
        FILENAME ~ /METADATA$/ && /^\r?$/ { skip = 1 }
        !skip { print }'
    find conda-meta -maxdepth 1 -type f \( -name history -o -name submarine-complete -o -name '*.json' \) -exec "$@" {} + 2>/dev/null || :
    find lib -maxdepth 4 -type f -path 'lib/python*/site-packages/*.dist-info/*' \
        \( -name RECORD -o -name INSTALLER -o -name METADATA \) -exec "$@" {} + 2>/dev/null || :
}

cache_files() {
    find . -type l | sed "s/^/link /"
    find . -type f | sed "s/^/file /"
    # What cannot be read is missed by whoever compares.
    if find_program sha256sum "$PATH"; then
        find . -type f -exec sha256sum {} + 2>/dev/null || :
    else
        find . -type f -exec shasum -a 256 {} + 2>/dev/null || :
    fi
    find ./lib -mindepth 3 -maxdepth 3 -path './lib/python*/site-packages/*' -newer conda-meta/submarine-complete \
        \( -name '*.dist-info' -o -name '*.egg-info' \) 2>/dev/null | sed 's/^/newer /' || :
    cache_recorded | sed 's/^/stat /'
}

# cache_recorded
# Prints what changes which code runs in the kernel: programs, scripts of activation and `.pth`
# files, a link as itself, and none that is reached through one.
cache_recorded() {
    set --
    for cache_folder in bin etc/conda/activate.d etc/conda/deactivate.d lib/python*/site-packages; do
        case $cache_folder in *[!A-Za-z0-9._/-]*) continue ;; esac
        if (cache_go "kernels/$cache_kernel/$cache_folder"); then set -- "$@" "$cache_folder"; fi
    done
    [ "$#" != 0 ] || return 0
    cache_choose_stat '%s %Y %n' '%z %m %N'
    find "$@" -mindepth 1 -maxdepth 1 ! -type d ! -name '*
*' \( ! -path 'lib/*' -o -name '*.pth' \) -exec stat "$cache_stat" "$cache_format" {} + 2>/dev/null |
        LC_ALL=C sort -k 3
}
