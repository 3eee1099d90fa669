# --- the platform of an image --------------------------------------------------

# ask_platform
# The dynamic loader's path is fixed for each platform by its ABI, so its presence
# tells both; only one of them is there in a plain image.
ask_platform() {
    boot_machine=unknown boot_libc=glibc
    for boot_loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1 /lib64/ld64.so.2 \
        /lib/ld64.so.1 /lib/ld-musl-*.so.1; do
        [ -e "$boot_loader" ] || continue
        case $boot_loader in
        *x86[-_]64.so*) boot_machine=64 ;;
        *aarch64.so*) boot_machine=aarch64 ;;
        */ld64.so.2 | *powerpc64le.so*) boot_machine=ppc64le ;;
        */ld64.so.1 | *s390x.so*) boot_machine=s390x ;;
        *) continue ;;
        esac
        case $boot_loader in */ld-musl-*) boot_libc=musl ;; esac
        break
    done
    ask_libc_version
    boot_platform=linux-$boot_machine-$boot_libc$boot_version
}

# ask_libc_version
# Without getconf the library itself tells: both libcs print a version when they are run.
ask_libc_version() {
    if [ "$boot_libc" = musl ]; then
        boot_version=$("$boot_loader" 2>&1 | sed -n 's/^Version //p') || :
    else
        boot_version=$(getconf GNU_LIBC_VERSION 2>/dev/null) || boot_version=
        boot_version=${boot_version#glibc }
        for boot_library in /lib/*/libc.so.6 /lib64/libc.so.6 /lib/libc.so.6; do
            if [ -n "$boot_version" ] || [ ! -x "$boot_library" ]; then continue; fi
            boot_version=$("$boot_library" 2>/dev/null | sed -n '1s/.* version \([0-9.]*[0-9]\).*/\1/p') || :
        done
    fi
    case $boot_version in *[!A-Za-z0-9.]*) boot_version= ;; esac
}
