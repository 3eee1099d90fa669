# --- a kernel in the cache -----------------------------------------------------

# find_platform
# Sets boot_platform to what the packages of a kernel depend on: linux-64-glibc2.36.
# The libc's version takes a process to learn, so it is kept for the image's id.
find_platform() {
    boot_memo=${SUBMARINE_IMAGE-}
    boot_memo=${boot_memo#sha256:}
    case $boot_memo in
    '' | *[!0-9a-f]*) boot_memo= ;;
    *) boot_memo=/submarine/images/$boot_memo ;;
    esac
    if [ -n "$boot_memo" ] && [ -f "$boot_memo" ]; then
        read_file "$boot_memo"
        boot_platform=$boot_text
        case $boot_platform in linux-*[!A-Za-z0-9._-]*) ;; linux-*) return 0 ;; esac
    fi
    ask_platform
    if [ -n "$boot_memo" ] && mkdir -p /submarine/images 2>/dev/null; then
        { printf '%s\n' "$boot_platform" >"$boot_memo.$$" && mv "$boot_memo.$$" "$boot_memo"; } 2>/dev/null ||
            rm -f "$boot_memo.$$"
    fi
}

# find_kernel_in_cache NAME
find_kernel_in_cache() {
    case $SUBMARINE_DIGEST in *[!0-9a-f]*) boot_text= ;; *) boot_text=$SUBMARINE_DIGEST ;; esac
    [ "${#boot_text}" = 64 ] || die 2 'SUBMARINE_DIGEST is no sha256' 'it has 64 digits of 0-9 and a-f'
    boot_id=${SUBMARINE_DIGEST%????????????????????????????????}
    # What is baked into the image is for this image, whatever its platform.
    boot_prefix=/opt/submarine/kernels/$boot_id
    # The mark is made last and removed first, so a prefix with it is whole.
    boot_mark=$boot_prefix/conda-meta/submarine-complete
    if [ ! -f "$boot_mark" ]; then
        find_platform
        if [ "${SUBMARINE_BAKE-}" != 1 ]; then
            boot_prefix=/submarine/kernels/$boot_platform/$boot_id
            boot_mark=$boot_prefix/conda-meta/submarine-complete
            # Before the look at the mark: what is about to be removed is then seen to be in use.
            note_use
        fi
        [ -f "$boot_mark" ] || die 65 "the kernel \"$1\" is not there" "$boot_prefix holds no finished kernel; build it: submarine kernel build"
    fi
}

# note_use
# Gives the kernel's file in /submarine/used the time of now. Whoever makes it lets others
# write it, since a kernel that one user built is used by another.
note_use() {
    boot_used=/submarine/used/$boot_platform
    if { printf '' >"$boot_used/$boot_id"; } 2>/dev/null; then return 0; fi
    if [ -e "$boot_used/$boot_id" ]; then return 0; fi
    [ -d "$boot_used" ] || [ -w /submarine ] || return 0
    { mkdir -p "$boot_used" && chmod 1777 /submarine/used "$boot_used"; } 2>/dev/null || :
    { printf '' >"$boot_used/$boot_id" && chmod 666 "$boot_used/$boot_id"; } 2>/dev/null || :
}
