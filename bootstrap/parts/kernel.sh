# --- the kernel ----------------------------------------------------------------

# find_kernel
# Sets boot_prefix to the folder of the kernel boot_kernel, and boot_is_built where it is one that
# was built and not one that the image holds under its name.
find_kernel() {
    find_roots
    boot_is_built=
    # Within a kernel another one may be asked for.
    if [ -n "${SUBMARINE_PREFIX-}" ] && [ "${SUBMARINE_KERNEL:-$boot_kernel}" = "$boot_kernel" ]; then
        find_kernel_at "$SUBMARINE_PREFIX"
    else
        find_kernel_in_image "$boot_kernel" || die_without_kernel "$boot_kernel"
    fi
    say "kernel \"$boot_kernel\" is $boot_prefix"
    export SUBMARINE_KERNEL="$boot_kernel" SUBMARINE_PREFIX="$boot_prefix"
}

# find_kernel_at FOLDER
# Commands get the folder of one that the image holds, too, and hand it to the bootstrap as a Jupyter
# server does.
find_kernel_at() {
    if is_finished "$1"; then
        boot_prefix=$1 boot_is_built=1
    elif ! find_kernel_in_image "$boot_kernel" || [ "$boot_prefix" != "$1" ]; then
        die 65 "the kernel \"$boot_kernel\" is not there" "$1 holds no finished kernel; build it: submarine kernel build"
    fi
}

# is_finished FOLDER
# The mark is made last and removed first, so a prefix with it is whole.
is_finished() {
    # pip is asked in a kernel that is being built.
    [ -z "${SUBMARINE_BUILD-}" ] || return 0
    boot_kernel_mark=$1/conda-meta/submarine-complete boot_kernel_line=
    [ ! -f "$boot_kernel_mark" ] || { read -r boot_kernel_line <"$boot_kernel_mark"; } 2>/dev/null || :
    case $boot_kernel_line in
    'submarine-kernel 2') ;;
    # Earlier versions baked kernels with another mark; nothing that ran has changed them.
    ?*) case $1 in /opt/submarine/kernels/*) ;; *) return 1 ;; esac ;;
    *) return 1 ;;
    esac
}
