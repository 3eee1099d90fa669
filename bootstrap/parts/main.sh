# --- the start -----------------------------------------------------------------

# read_arguments [ARG...]
# Sets boot_kernel, boot_enter, and boot_words to how many arguments stand before the command.
read_arguments() {
    boot_kernel='' boot_enter=''
    boot_words=0
    while [ $# -gt 0 ]; do
        case $1 in
        --kernel)
            [ $# -gt 1 ] || die 2 '--kernel needs a name' 'write: --kernel NAME -- COMMAND'
            boot_kernel=$2
            check_kernel_name "$boot_kernel"
            boot_words=$((boot_words + 2))
            shift 2 ;;
        --enter)
            boot_enter=1
            boot_words=$((boot_words + 1))
            shift ;;
        --shell) become_shell ;;
        --contract)
            printf '%s\n' "$boot_contract"
            exit 0 ;;
        --solve | --install)
            build_kernel "${1#--}" "$boot_kernel"
            exit 0 ;;
        --)
            boot_words=$((boot_words + 1))
            shift
            break ;;
        -*) die 2 "there is no option $1" 'write: --kernel NAME -- COMMAND' ;;
        *) break ;;
        esac
    done
    if [ $# = 0 ] && [ -n "$boot_enter" ]; then return 0; fi
    if [ $# = 0 ] || [ -z "$1" ]; then die 2 'there is no command to run' 'write: --kernel NAME -- COMMAND'; fi
}

# find_kernel
find_kernel() {
    find_roots
    if [ -n "${SUBMARINE_DIGEST-}" ]; then
        find_kernel_in_cache "$boot_kernel"
    else
        find_kernel_in_image "$boot_kernel"
    fi
    say "kernel \"$boot_kernel\" is $boot_prefix"
    export SUBMARINE_KERNEL="$boot_kernel" SUBMARINE_PREFIX="$boot_prefix"
}

main() {
    boot_argv='' boot_in_shell='' boot_server='' boot_names=''
    read_arguments "$@"
    shift "$boot_words"
    if [ -n "$boot_enter" ]; then
        [ $# != 0 ] || set -- "$0" --shell
        enter "$@"
    fi
    keep_given
    provide_home
    unset SUBMARINE_KERNEL SUBMARINE_PREFIX
    if [ -n "$boot_kernel" ]; then
        find_kernel
        [ -z "${SUBMARINE_KERNELSPEC-}" ] || plan_notebook "$1"
        case $boot_server in
        '' | kernel)
            hop_to_bash "$boot_kernel" "$@"
            activate "$@" ;;
        esac
    fi
    start_command "$@"
}

main "$@"
