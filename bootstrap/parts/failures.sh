# --- a build that failed -------------------------------------------------------

# Whoever explains a failure sets fail_file and fail_from, the log and the byte where what failed begins
# in it; fail_status and fail_program, what ended and how; fail_room, a folder that it wrote into; and
# fail_log, which file the user is told of.

# tell_failure NAME
# Prints the cause, the lines of the log that matter, and the remedy.
tell_failure() {
    printf 'submarine: kernel "%s" could not be built: %s\n' "$1" "$fail_cause" >&2
    print_log_lines | tr '\r\t' '\n ' | tr -d '\000-\010\013-\037\177' | cut -c 1-200 | sed 's/^/  | /' >&2
    printf '  %s\n' "$fail_remedy" >&2
    [ -z "$fail_log" ] || printf '  log: %s\n' "$(user_path "$fail_log")" >&2
}

# find_cause
# Sets fail_cause, fail_remedy and fail_code from what the log says. The order matters:
# pip reports a failed connection and then, too, that no version was found.
find_cause() {
    fail_code=65
    fail_untrusted='CERTIFICATE_VERIFY_FAILED|SSLError|SSL certificate problem|certificate verify failed'
    fail_unreachable='CONNECTION FAILED|NewConnectionError|NameResolutionError|ConnectionError|Could not resolve host|Temporary failure in name resolution|Connection refused|Connection timed out|ProxyError'
    fail_cut_off='not match Content-Length|IncompleteRead|ChunkedEncodingError|Connection broken|Connection reset|Connection aborted|RemoteDisconnected|ReadTimeout|Read timed out|transfer closed|EOF occurred'
    # What was not fetched by conda is not to be fetched by it.
    fail_unread='EnforceUnusedAdapter called with url'
    if log_has 'No space left on device|NoSpaceLeft|Disk quota exceeded' || ! has_room "$fail_room" || is_too_full; then
        fail_code=73
        fail_cause='no space is left'
        find_full_hint
    elif log_has '^submarine: wrong: |DO NOT MATCH THE HASHES'; then
        set_cause 'a download has other bytes than it should' \
            'a proxy, a mirror or the channel changed it; what the channel has now is locked by: submarine env lock'
    elif [ "${SUBMARINE_OFFLINE-}" = 1 ]; then
        find_cause_offline
    else
        find_cause_of_network || find_cause_of_packages || find_cause_of_process
    fi
}

# is_too_full
# conda does not say that it had no room to unpack an archive: it removes it, which makes some, and wants
# to fetch it again. Unpacked they take a few times the room.
is_too_full() {
    [ -n "${inst_prefix-}" ] && log_has "$fail_unread" || return 1
    fail_packed=$(du -sk "$inst_archives/conda") && fail_free=$(df -kP "$inst_prefix" | tail -n 1) || return 1
    read -r _ _ _ fail_free _ <<END
$fail_free
END
    [ "$fail_free" -lt $((${fail_packed%%[!0-9]*} * 10)) ] 2>/dev/null
}

# find_cause_offline
find_cause_offline() {
    if log_has '^submarine: missing: |NotFound:|PackagesNotFoundError:|No matching distribution|nothing provides|does not exist \(perhaps|offline|Could not resolve host'; then
        set_cause 'packages are missing that no build has downloaded yet, and it is offline' \
            'build it once with the network, here or by: submarine kernel build'
    else
        find_cause_of_network || find_cause_of_packages || find_cause_of_process
    fi
}

find_cause_of_network() {
    if log_has "$fail_untrusted"; then
        set_cause 'a server has a certificate that the image does not trust' \
            'set SSL_CERT_FILE and PIP_CERT to a file that holds your certificate authority'
    elif log_has 'HTTP 40[137] |40[137] Client Error|HTTP error 40[137]|returned error: 40[137]'; then
        set_cause 'a channel, index or proxy asks for a user and password, or refuses these' \
            'give them in .condarc, PIP_INDEX_URL or HTTPS_PROXY; they are kept in no lock and no log'
    elif log_has "$fail_cut_off"; then
        set_cause 'a download was cut off' 'start it again: what was downloaded whole is kept'
    elif log_has "$fail_unreachable"; then
        set_cause 'a channel or index cannot be reached' 'check the network, HTTPS_PROXY and the addresses of the channels'
    elif log_has 'UnavailableInvalidChannel.*<file:|PathNotFoundError: '; then
        set_cause 'a file:// channel is not in the container' \
            'put it into the image, or serve it over HTTP'
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
    if [ -n "${inst_prefix-}" ] && log_has 'Permission denied|NotWritableError|NoWritablePkgsDir'; then
        fail_code=73
        find_ownership_hint
        set_cause "user $boot_user cannot write what another user made in ${SUBMARINE_CACHE:-/submarine}" "$boot_hint"
    elif log_has 'Read-only file system'; then
        set_cause 'the file system is read-only where a build must write' 'mount another at /tmp: --engine-arg=--tmpfs=/tmp'
    elif [ "$fail_status" = 137 ]; then
        set_cause 'the build was killed, most likely for memory' 'give the container more with --memory'
    elif log_has "$fail_unread"; then
        set_cause 'an archive cannot be read, though its bytes are those of the lock' \
            'take another build of the package, and lock anew: submarine env lock'
    elif log_has '^submarine: missing: '; then
        set_cause 'an archive of the lock is not among what was downloaded' 'check its address, and lock anew: submarine env lock'
    else
        set_cause "$fail_program ended with status $fail_status" 'the log tells more'
    fi
}

# print_log
# Prints what the failed command has written.
print_log() {
    tail -c "+$fail_from" "$fail_file" 2>/dev/null
}

log_has() {
    print_log | grep -Eqs "$1"
}

set_cause() {
    fail_cause=$1
    fail_remedy=$2
}

# print_log_lines
# We and pip mark our errors; conda, mamba and micromamba end with theirs.
print_log_lines() {
    fail_pattern='^[A-Za-z]*(Error|Exception|NotFound|Channel):|^(error|critical) '
    if log_has '^submarine: (wrong|missing): '; then
        print_log | sed -n -E 's/^submarine: (wrong|missing): //p'
    elif log_has "$fail_unread"; then
        print_log | sed -n "s/.*$fail_unread \([^\\ ]*\).*/\1/p" | sort -u
    elif log_has 'DO NOT MATCH THE HASHES'; then
        print_log | sed '1,/DO NOT MATCH THE HASHES/d; /^[[:space:]]*$/d' | head -n 3
    elif log_has '^ERROR: '; then
        # pip has tried in vain before, and its error tells no more than that it found nothing.
        print_log | grep -E "$fail_untrusted|$fail_unreachable" | tail -n 1
        print_log | grep '^ERROR: ' | tail -n 4
    elif log_has '^error: [a-z-]+$'; then
        print_log | sed -n -E '/^error: [a-z-]+$/,/^(hint|note): /p' | sed '/^[[:space:]]*$/d' | head -n 4
    elif log_has "^[^A-Za-z]*($fail_cut_off)"; then
        print_log | grep -E "^[^A-Za-z]*($fail_cut_off)" | sort -u | head -n 3
    elif log_has "$fail_pattern"; then
        fail_line=$(print_log | grep -En "$fail_pattern" | tail -n 1)
        print_log | tail -n "+${fail_line%%:*}" | sed '/^[[:space:]]*$/d' | head -n 6
    else
        print_log | sed '/^[[:space:]]*$/d' | tail -n 6
    fi
}
