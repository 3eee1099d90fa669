# --- a kernel that is built ------------------------------------------------------

# build_kernel TASK NAME
build_kernel() {
    [ -n "$2" ] || die 2 "--$1 needs a kernel" "write: --kernel NAME --$1"
    provide_home
    find_roots
    case $1 in
    solve) solve_kernel "$2" ;;
    install) install_kernel "$2" ;;
    esac
}
