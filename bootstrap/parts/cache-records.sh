# --- what a kernel consists of -------------------------------------------------

# cache_records
# One awk for many of them: a process for each would take a second.
cache_records() {
    # The program is awk's, its variables too.
    # shellcheck disable=SC2016
    set -- awk 'FNR == 1 { printf "\036%s\n", FILENAME; skip = 0 }
        FILENAME ~ /METADATA$/ && /^\r?$/ { skip = 1 }
        !skip { print }'
    find conda-meta -maxdepth 1 -type f \( -name history -o -name '*.json' \) -exec "$@" {} + 2>/dev/null || :
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
}
