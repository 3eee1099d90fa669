# --- arguments and variables ---------------------------------------------------

# Where it comes from outside it is no sign of bash, which alone expands braces.
case $- in *B*) ;; *) unset BASH_VERSION ;; esac

# check_kernel_name NAME
check_kernel_name() {
    case $1 in
    '' | . | .. | -* | *[/:#\ ]* | *[[:cntrl:]]*)
        die 2 'the name behind --kernel is none that conda accepts' \
            'write it without "/", ":", "#", spaces and a leading "-"' ;;
    esac
}

# keep_given
# Remembers what the user gave, before a kernel's variables and scripts change it.
keep_given() {
    boot_given=
    for boot_giving_name in ${SUBMARINE_GIVEN-} ${SUBMARINE_ALSO_GIVEN-}; do
        case $boot_giving_name in [0-9]* | *[!A-Za-z0-9_]* | PATH | boot_*) ;; *) remember "$boot_giving_name" ;; esac
    done
}

# remember NAME
# Has restore_given give the variable of that name the value that it has now, or had
# when it was remembered first.
remember() {
    case " $boot_given " in *" $1 "*) return 0 ;; esac
    eval "[ \"\${$1+set}\" ]" || return 0
    eval "boot_given_$1=\$$1"
    boot_given="$boot_given $1"
}

# restore_given
# Names that the running shell keeps for itself (UID in bash) cannot be set, which ends nothing.
restore_given() {
    for boot_giving_name in $boot_given; do
        eval "export $boot_giving_name=\"\$boot_given_$boot_giving_name\"" 2>/dev/null || :
    done
}

# forget_contract
# Unsets all that the command line tool set, and what this shell itself made that
# the container did not have.
forget_contract() {
    forget_specification
    unset SUBMARINE_DIGEST SUBMARINE_VARIABLES SUBMARINE_GIVEN SUBMARINE_ALSO_GIVEN SUBMARINE_NOTEBOOK \
        SUBMARINE_USER_BASE SUBMARINE_HOME SUBMARINE_USER_NAME SUBMARINE_SECRETS SUBMARINE_TIMEOUT \
        SUBMARINE_IMAGE SUBMARINE_CACHE SUBMARINE_PROGRESS SUBMARINE_VERBOSE SUBMARINE_BAKE SUBMARINE_OFFLINE \
        SUBMARINE_BUILD
    for boot_giving_name in $boot_build_names; do unset "SUBMARINE_BUILD_$boot_giving_name"; done
}

boot_build_names='HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_CERT SSL_CERT_FILE CONDARC NETRC'

forget_specification() {
    boot_giving_piece=1
    while eval "[ \"\${SUBMARINE_SPEC_$boot_giving_piece+set}\" ]"; do
        unset "SUBMARINE_SPEC_$boot_giving_piece"
        boot_giving_piece=$((boot_giving_piece + 1))
    done
}
