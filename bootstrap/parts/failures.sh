# --- a build that failed -------------------------------------------------------

# explain_failure NAME
# Ends the start with the cause, the lines of the log that matter, and the remedy.
explain_failure() {
    printf 'submarine: kernel "%s" could not be built: %s\n' "$1" "$boot_cause" >&2
    print_log_lines | tr '\r' '\n' | tr -d '\000-\010\013-\037\177' | cut -c 1-200 | sed 's/^/  | /' >&2
    printf '  %s\n  log: %s\n' "$boot_remedy" "$(user_path "$boot_log")" >&2
    exit "$boot_code"
}

# find_cause
# Sets boot_cause, boot_remedy and boot_code from what the log says. The order matters:
# pip reports a failed connection and then, too, that no version was found.
find_cause() {
    boot_code=65
    if log_has 'No space left on device|NoSpaceLeft|Disk quota exceeded' || ! has_room; then
        boot_code=73
        set_cause 'no space is left' "free some in ${SUBMARINE_CACHE:-/submarine}: what is in pkgs, pip and wheels is only a cache"
    elif log_has '^submarine: wrong: |DO NOT MATCH THE HASHES|^ChecksumMismatchError'; then
        set_cause 'a download has other bytes than it should' \
            'a proxy, a mirror or the channel changed it; what the channel has now is locked by: submarine env lock'
    elif [ "${SUBMARINE_OFFLINE-}" = 1 ]; then
        find_cause_offline
    else
        find_cause_of_network || find_cause_of_packages || find_cause_of_process
    fi
}

# find_cause_offline
find_cause_offline() {
    if log_has '^submarine: missing: |NotFound:|No matching distribution|nothing provides|does not exist \(perhaps|offline|127\.0\.0\.1:9|port=9|protocol.*not allowed'; then
        set_cause 'packages are missing that no build has downloaded yet, and it is offline' \
            'build it once with the network, here or by: submarine kernel build'
    else
        find_cause_of_packages || find_cause_of_process
    fi
}

boot_untrusted='CERTIFICATE_VERIFY_FAILED|SSLError|SSL certificate problem|certificate verify failed'
boot_unreachable='CONNECTION FAILED|NewConnectionError|NameResolutionError|ConnectionError|Could not resolve host|Temporary failure in name resolution|Connection refused|Connection timed out|ProxyError'
boot_cut_off='not match Content-Length|IncompleteRead|ChunkedEncodingError|Connection broken|Connection reset|Connection aborted|RemoteDisconnected|ReadTimeout|Read timed out|transfer closed|EOF occurred'

find_cause_of_network() {
    if log_has "$boot_untrusted"; then
        set_cause 'a server has a certificate that the image does not trust' \
            'set SSL_CERT_FILE and PIP_CERT to a file that holds your certificate authority'
    elif log_has 'HTTP 40[137] |40[137] Client Error|HTTP error 40[137]|returned error: 40[137]'; then
        set_cause 'a channel, index or proxy asks for a user and password, or refuses these' \
            'give them in .condarc, PIP_INDEX_URL or HTTPS_PROXY; they are kept in no lock and no log'
    elif log_has "$boot_cut_off"; then
        set_cause 'a download was cut off' 'start it again: what was downloaded whole is kept'
    elif log_has "$boot_unreachable"; then
        set_cause 'a channel or index cannot be reached' 'check the network, HTTPS_PROXY and the addresses of the channels'
    elif log_has 'UnavailableInvalidChannel.*<file:|PathNotFoundError: '; then
        set_cause 'a file:// channel is not in the container' \
            'put it into the image, mount it at the same path (-v), or serve it over HTTP'
    elif log_has 'UnavailableInvalidChannel'; then
        set_cause 'there is no such channel' 'check the names under channels'
    elif log_has 'HTTP 404|404 Client Error|HTTP error 404'; then
        set_cause 'a file is not where a channel, an index or the lock says' \
            'check the names under channels; what a channel has removed is locked anew by: submarine env lock'
    else
        return 1
    fi
}

find_cause_of_packages() {
    if log_has '^ +- __[a-z]+|nothing provides (requested )?__[a-z]+'; then
        set_cause 'a package needs more of the machine than is there' \
            'for __cuda start with --gpus, for __glibc take a newer image'
    elif log_has 'ResolvePackageNotFound|PackagesNotFoundError|nothing provides|does not exist \(perhaps|No matching distribution found'; then
        set_cause 'no channel or index has such a package' 'check the spelling, the version, and the channels'
    elif log_has 'UnsatisfiableError|ResolutionImpossible|conflicting dependencies|Could not solve for environment'; then
        set_cause 'the dependencies contradict each other' 'loosen the versions that are named above'
    elif log_has 'No module named pip'; then
        set_cause 'the kernel has no pip for its pip lines' 'add "- pip" to the dependencies'
    else
        return 1
    fi
}

find_cause_of_process() {
    if log_has 'Permission denied|NotWritableError|NoWritablePkgsDir'; then
        boot_code=73
        find_ownership_hint
        set_cause "user $boot_user cannot write what another user made in ${SUBMARINE_CACHE:-/submarine}" "$boot_hint"
    elif log_has 'Read-only file system'; then
        set_cause 'the file system is read-only where a build must write' 'mount another at /tmp: --engine-arg=--tmpfs=/tmp'
    elif [ "$boot_status" = 137 ]; then
        set_cause 'the build was killed, most likely for memory' 'give the container more with --memory'
    elif log_has '^submarine: missing: '; then
        set_cause 'an archive of the lock is not among what was downloaded' 'check its address, and lock anew: submarine env lock'
    else
        set_cause "${boot_builder##*/} ended with status $boot_status" 'the log tells more'
    fi
}

log_has() {
    grep -Eqs "$1" "$boot_log"
}

# has_room
has_room() {
    { printf '%8192s' '' >"$boot_stem.room"; } 2>/dev/null || return 1
    rm -f "$boot_stem.room"
}

set_cause() {
    boot_cause=$1
    boot_remedy=$2
}

# print_log_lines
# We and pip mark our errors; conda, mamba and micromamba end with theirs.
print_log_lines() {
    boot_pattern='^[A-Za-z]*(Error|Exception|NotFound|Channel):|^(error|critical) '
    if log_has '^submarine: (wrong|missing): '; then
        sed -n -E 's/^submarine: (wrong|missing): //p' "$boot_log"
    elif log_has 'DO NOT MATCH THE HASHES'; then
        sed '1,/DO NOT MATCH THE HASHES/d; /^[[:space:]]*$/d' "$boot_log" | head -n 3
    elif log_has '^ERROR: '; then
        # pip has tried in vain before, and its error tells no more than that it found nothing.
        grep -E "$boot_untrusted|$boot_unreachable" "$boot_log" | tail -n 1
        grep '^ERROR: ' "$boot_log" | tail -n 4
    elif log_has '^error: [a-z-]+$'; then
        sed -n -E '/^error: [a-z-]+$/,/^(hint|note): /p' "$boot_log" | sed '/^[[:space:]]*$/d' | head -n 4
    elif log_has "^[^A-Za-z]*($boot_cut_off)"; then
        # conda names no file then, but leaves what has come of it.
        for boot_name in "$boot_archives"/*.part*; do
            [ -e "$boot_name" ] || continue
            boot_name=${boot_name##*/}
            printf '%s\n' "${boot_name%.part*}"
        done
        grep -E "^[^A-Za-z]*($boot_cut_off)" "$boot_log" | sort -u | head -n 3
    elif log_has "$boot_pattern"; then
        boot_line=$(grep -En "$boot_pattern" "$boot_log" | tail -n 1)
        tail -n "+${boot_line%%:*}" "$boot_log" | sed '/^[[:space:]]*$/d' | head -n 6
    else
        sed '/^[[:space:]]*$/d' "$boot_log" | tail -n 6
    fi
}
