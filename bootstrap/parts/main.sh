# --- the start -----------------------------------------------------------------

# read_arguments [ARG...]
# Sets boot_kernel, boot_is_entering, boot_is_executing, boot_task to what a build is to do, and
# boot_main_words to how many arguments stand before the command.
read_arguments() {
    boot_kernel='' boot_is_entering='' boot_is_executing='' boot_task=''
    boot_main_words=0
    while [ $# -gt 0 ]; do
        case $1 in
        --kernel)
            [ $# -gt 1 ] || die 2 '--kernel needs a name' 'write: --kernel NAME -- COMMAND'
            boot_kernel=$2
            check_kernel_name "$boot_kernel"
            boot_main_words=$((boot_main_words + 2))
            shift 2 ;;
        --enter)
            boot_is_entering=1
            boot_main_words=$((boot_main_words + 1))
            shift ;;
        --execute)
            boot_is_executing=1
            boot_main_words=$((boot_main_words + 1))
            shift ;;
        --shell) become_shell ;;
        --contract)
            printf '%s\n' "$boot_contract"
            exit 0 ;;
        --solve | --install)
            boot_task=${1#--}
            return 0 ;;
        --)
            boot_main_words=$((boot_main_words + 1))
            shift
            break ;;
        -*) die 2 "there is no option $1" 'write: --kernel NAME -- COMMAND' ;;
        *) break ;;
        esac
    done
    if [ $# = 0 ] && [ -n "$boot_is_entering" ]; then return 0; fi
    if [ $# = 0 ] || [ -z "$1" ]; then die 2 'there is no command to run' 'write: --kernel NAME -- COMMAND'; fi
}

# main [ARG...]
# Becomes the command; returns for a build alone.
main() {
    boot_argv='' boot_in_shell='' boot_server='' boot_names='' boot_limit=''
    read_arguments "$@"
    [ -z "$boot_task" ] || return 0
    shift "$boot_main_words"
    if [ -n "$boot_is_entering" ]; then
        [ $# != 0 ] || set -- "$0" --shell
        enter "$@"
    fi
    read_secrets
    keep_given
    provide_home
    if [ -n "$boot_kernel" ]; then
        find_kernel
        if [ -n "$boot_is_executing" ]; then
            plan_execution "$@"
        elif [ -n "${SUBMARINE_NOTEBOOK-}" ]; then
            plan_notebook "$1"
        fi
        case $boot_server in
        '' | kernel)
            leave_user_site
            hop_to_bash "$boot_kernel" "$@"
            activate "$@"
            use_user_base ;;
        esac
    else
        unset SUBMARINE_KERNEL SUBMARINE_PREFIX
        [ -z "${SUBMARINE_NOTEBOOK-}" ] || boot_server=image
        [ -z "$boot_is_executing" ] || plan_execution "$@"
    fi
    start_command "$@"
}

# The shell of a command reads no further.
main "$@"
