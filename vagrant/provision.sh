#!/usr/bin/env bash
# Installs Asterisk and makes this machine (or chroot) the Understudy test PBX.
#
#   provision.sh [--packages-only | --config-only]
#
# Debian testing/forky (Asterisk 22) and Ubuntu 24.04 (Asterisk 20). Run as root; safe to repeat.
# Reads asterisk-conf/ and dialplan/ beside this script's folder, or below $UNDERSTUDY_SOURCE.
set -euo pipefail

source_dir=${UNDERSTUDY_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
etc=/etc/asterisk

usage() { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

install_packages() {
  dpkg -s asterisk asterisk-moh-opsound-gsm >/dev/null 2>&1 && return
  export DEBIAN_FRONTEND=noninteractive
  # A fresh debootstrap has its package lists already.
  apt-cache show asterisk >/dev/null 2>&1 || apt-get update -qq
  apt-get install -y -qq --no-install-recommends \
    asterisk asterisk-modules asterisk-core-sounds-en asterisk-moh-opsound-gsm ca-certificates \
    >/dev/null
}

random_secret() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }

have_secrets() {
  [ -s /etc/understudy/secrets.toml ] &&
    [ -s "$etc/understudy/ari_password.conf" ] && [ -s "$etc/understudy/manager_secret.conf" ]
}

# Each secret is in two places: where Asterisk includes it, and in the file that the agent reads.
write_secrets() {
  local ari ami
  ari=$(random_secret)
  ami=$(random_secret)
  umask 077
  printf 'password = %s\n' "$ari" >"$etc/understudy/ari_password.conf"
  printf 'secret = %s\n' "$ami" >"$etc/understudy/manager_secret.conf"
  mkdir -p /etc/understudy
  cat >/etc/understudy/secrets.toml <<TOML
[ari]
url = "http://${UNDERSTUDY_ADDRESS:-127.0.0.1}:8088"
username = "understudy"
password = "$ari"

[ami]
host = "${UNDERSTUDY_ADDRESS:-127.0.0.1}"
port = 5038
username = "understudy"
secret = "$ami"
TOML
  umask 022
}

install_config() {
  mkdir -p "$etc/understudy/dialplan"
  cp "$source_dir"/asterisk-conf/*.conf "$etc/understudy/"
  cp "$source_dir"/dialplan/*.conf "$etc/understudy/dialplan/"
  cp "$source_dir"/asterisk-conf/test-pbx/*.conf "$etc/"
  # A sample of Debian's that Asterisk only warns about.
  rm -f "$etc/users.conf"
  listen_beyond_loopback
  have_secrets || write_secrets
  chown -R asterisk: "$etc/understudy" /var/lib/asterisk /var/spool/asterisk /var/log/asterisk
  chmod -R o-rwx "$etc/understudy"
}

# In a virtual machine the host is the one peer: everything listens, and the manager user lets in the
# addresses that UNDERSTUDY_PEERS lists. UNDERSTUDY_ADDRESS is where the agent finds this PBX.
listen_beyond_loopback() {
  [ -n "${UNDERSTUDY_PEERS:-}" ] || return 0
  local peer
  sed -i 's/^\(bindaddr\|bind\) = 127\.0\.0\.1/\1 = 0.0.0.0/' \
    "$etc/http.conf" "$etc/manager.conf" "$etc/pjsip.conf"
  for peer in $UNDERSTUDY_PEERS; do
    sed -i "/^deny = /a permit = $peer/255.255.255.255" "$etc/understudy/manager_understudy.conf"
  done
}

start() {
  # In a chroot there is no init; whoever made it starts Asterisk.
  [ -d /run/systemd/system ] || return 0
  systemctl enable --quiet asterisk
  systemctl restart asterisk
}

case ${1:-} in
  "") install_packages; install_config; start ;;
  --packages-only) install_packages ;;
  --config-only) install_config; start ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
