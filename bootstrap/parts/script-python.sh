# --- the Python of a script ----------------------------------------------------

# find_script_python
# Sets boot_python to the Python that the script boot_found runs in.
find_script_python() {
    read -r boot_python <"$boot_found" || :
    boot_python=${boot_python#'#!'}
    boot_python=${boot_python%% *}
    # A path that is too long for the system stands in another line.
    case ${boot_python##*/} in python*) ;; *) boot_python=${boot_found%/*}/python3 ;; esac
    [ -x "$boot_python" ]
}

# find_module NAME
# Sets boot_module to the folder of a package of the Python boot_python.
find_module() {
    for boot_module in "${boot_python%/bin/*}"/lib/python3*/*-packages/"$1" \
        "${boot_python%/bin/*}"/local/lib/python3*/dist-packages/"$1"; do
        if [ -d "$boot_module" ]; then return 0; fi
    done
    return 1
}
