"""Texts of network equipment with a canary at every place where a secret may stand."""

import io
import tarfile

CANARY = "Canary7Xq"
"""What must never be found in anything that is written."""


def canary(number):
    """A secret of its own, so that a leak names its place."""
    return f"{CANARY}{number:03d}"


IOS = """\
SW1#show mac address-table
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  20    001e.4200.0001    DYNAMIC     Fa0/7
  20    001b.1b00.0002    DYNAMIC     Fa0/2
SW1#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  192.168.20.77           3   001e.4200.0001  ARPA   Vlan20
SW1#show cdp neighbors detail
-------------------------
Device ID: RUT955
Entry address(es):
  IP address: 192.168.20.77
Platform: Teltonika,  Capabilities: Router
Interface: FastEthernet0/7,  Port ID (outgoing port): eth0
Holdtime : 130 sec

Version :
RUT9_R_00.07.02

advertisement version: 2
SW1#show running-config
Building configuration...
hostname SW1
enable secret 5 {c}
username portadmin privilege 15 secret 9 {c}
username "crane two" password 0 {c} and {c}
aaa new-model
snmp-server community {c} RO
snmp-server host 10.0.0.9 version 2c {c} config
tacacs-server host 10.0.0.8 key 7 {c}
radius-server key {c} with {c}
crypto isakmp key {c} address 203.0.113.9
crypto map M 10 ipsec-isakmp
 set peer 203.0.113.9
key chain K
 key 1
  key-string {c}
interface Vlan20
 description to the drives, wifi password {c}
 ip address 192.168.20.1 255.255.255.0
 ip ospf authentication-key 7 {c}
 ip nat inside
interface Cellular0/1/0
 ppp chap password 0 {c}
 ip address negotiated
controller Cellular 0/1/0
 profile id 1 apn m2m.example authentication chap username u password {c}
ip nat inside source list 1 interface Cellular0/1/0 overload
ip route 0.0.0.0 0.0.0.0 192.168.20.77
ip http client password {c}
copy ftp://robot:{c}@10.0.0.9/file flash:
crypto pki certificate chain X
 certificate self-signed 01
  3082024F 308201B8 A0030201 02020101 300D0609 2A864886
  quit
"""

VRP = """\
<CORE>display current-configuration
sysname CORE
#
snmp-agent community read cipher {c}
snmp-agent target-host trap address udp-domain 10.0.0.9 params securityname {c}
aaa
 local-user portadmin password irreversible-cipher {c}
 local-user portadmin service-type ssh
ike peer HQ
 pre-shared-key cipher {c}
 remote-address 203.0.113.9
interface Cellular0/0/0
 apn-profile m2m
 nat outbound 2000
interface Vlanif20
 ip address 192.168.20.1 255.255.255.0
apn profile m2m
 user name u password cipher {c} authentication-mode chap
 apn m2m.example
ip route-static 0.0.0.0 0.0.0.0 192.168.20.77
ike keychain K
 pre-shared-key address 203.0.113.19 255.255.255.255 key simple {c}
apn-profile P
 apn static backup.example
"""

JUNOS = """\
set version 22.4R3
set system host-name FW1
set system root-authentication encrypted-password "{c}"
set system login user portadmin authentication encrypted-password "{c}"
set interfaces ge-0/0/0 unit 0 family inet address 192.168.20.1/24
set security ike policy P pre-shared-key ascii-text "{c}"
set security ike gateway HQ address 203.0.113.9
set security nat source rule-set R rule 1 then source-nat interface
set snmp community {c} authorization read-only
set routing-options static route 0.0.0.0/0 next-hop 192.168.20.77
"""

BRACES = """\
version 22.4R3;
system {{
    host-name FW2;
    root-authentication {{
        encrypted-password "{c}"; ## SECRET-DATA
    }}
    login {{
        user portadmin {{
            authentication {{
                encrypted-password "{c}"; ## SECRET-DATA
            }}
        }}
    }}
}}
interfaces {{
    ge-0/0/1 {{
        unit 0 {{
            family inet {{
                address 192.168.21.1/24;
            }}
        }}
    }}
}}
snmp {{
    community {c} {{
        authorization read-only;
    }}
}}
"""

ROUTEROS = """\
# 2026-01-02 10:00:00 by RouterOS 7.15.2
# model = LtAP mini
# serial number = AA111AAAAAAB
/interface wireless security-profiles
set [ find default=yes ] wpa2-pre-shared-key={c} mode=dynamic-keys
/interface lte apn
add apn=m2m.example name=port password={c} user=u
/interface l2tp-client
add connect-to=203.0.113.9 ipsec-secret={c} name=hq \\
    password="{c} x {c}" user=crane
/interface wireguard
add name=wg0 private-key="{c}"
/interface wireguard peers
add endpoint-address=203.0.113.10 interface=wg0 preshared-key="{c}" public-key=\\
    "b7wPxXWRxgB5uzfXa75B6EvhAa2K4wp+Uay1234567Q="
/ip address
add address=192.168.20.77/24 interface=bridge
/ip firewall nat
add action=masquerade chain=srcnat out-interface=lte1
/ip route
add dst-address=10.0.0.0/8 gateway=192.168.20.1
/ppp secret
add name=remote password={c}
/snmp community
set [ find default=yes ] name={c}
/user
add group=full name=portadmin password={c}
/system identity
set name=LTAP1
"""

UCI = """\
config system
	option hostname 'RUT955-K3'
config interface 'mob1s1a1'
	option proto 'wwan'
	option apn 'm2m.example'
	option username 'u'
	option password '{c}'
	option pincode '4711'
	option sim '1'
config interface 'lan'
	option ipaddr '192.168.20.77'
config interface 'wg0'
	option private_key '{c}'
config wireguard_wg0
	option preshared_key '{c}'
	option endpoint_host '203.0.113.10'
config wifi-iface
	option key '{c} {c}'
config openvpn 'hq'
	option remote '203.0.113.9'
	option userpass '{c}'
config login
	option username 'root'
	option password '{c}'
config redirect
	option src_dport '8080'
config connection
	option secret "{c}"
	option auth_key '{c}'
"""

UCI_SHOW = """\
root@RUT955-K4:~# uci show
system.system=system
system.system.hostname='RUT955-K4'
network.mob1=interface
network.mob1.apn='m2m.example'
network.mob1.password='{c}'
network.wg0=interface
network.wg0.private_key='{c}'
wireless.radio0=wifi-iface
wireless.radio0.key='{c}'
openvpn.hq=openvpn
openvpn.hq.remote='203.0.113.9'
openvpn.hq.pass='{c}'
"""

FORTIOS = """\
#config-version=FGT91G-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=admin
config system global
    set hostname "FGT1"
end
config system admin
    edit "portadmin"
        set password ENC {c}
    next
end
config system interface
    edit "wan1"
        set ip 192.168.20.2 255.255.255.0
        set password ENC {c}
    next
end
config system lte-modem
    set apn "m2m.example"
    set passwd ENC {c}
end
config vpn ipsec phase1-interface
    edit "HQ"
        set remote-gw 203.0.113.9
        set psksecret ENC {c}
    next
end
config vpn certificate local
    edit "own"
        set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----
{c}
-----END ENCRYPTED PRIVATE KEY-----"
    next
end
config system snmp community
    edit 1
        set name "{c}"
    next
end
"""

PFSENSE = """\
<?xml version="1.0"?>
<pfsense>
  <version>23.3</version>
  <system>
    <hostname>pf1</hostname>
    <user><name>portadmin</name><bcrypt-hash>{c}</bcrypt-hash><apikeys>{c}</apikeys></user>
  </system>
  <interfaces><lan><if>igb1</if><ipaddr>192.168.20.3</ipaddr></lan></interfaces>
  <ipsec><phase1><remote-gateway>203.0.113.9</remote-gateway><pre-shared-key>{c}</pre-shared-key></phase1></ipsec>
  <snmpd><rocommunity>{c}</rocommunity></snmpd>
  <ppps><ppp><apn>m2m.example</apn><password>{c}</password><pin>4711</pin></ppp></ppps>
  <cert><prv>{c}</prv></cert>
</pfsense>
"""

MODEM = """\
root@gw:~# mmcli -m 0 --pin=4711
  Hardware |      manufacturer: Quectel
           |             model: EC25
           | firmware revision: EC25EFAR06A06M4G
           |      equipment id: 356938035643809
  3GPP     |     operator name: Example Mobile
           |      registration: home
root@gw:~# qmicli -d /dev/cdc-wdm0 --wds-start-network="apn=m2m.example,password={c}"
[/dev/cdc-wdm0] Device IDs retrieved:
    IMEI: '356938035643809'
root@gw:~# cat at.log
AT+CPIN="4711"
OK
AT+CGAUTH=1,1,"u","{c}"
OK
AT+CGDCONT?
+CGDCONT: 1,"IP","m2m.example","0.0.0.0",0,0
AT+CIMI
+CIMI: 262011234567890
AT+QCCID
+QCCID: 89490200001234567890
AT+COPS?
+COPS: 0,0,"Example Mobile",7
"""

HIOS = """\
(GRS-K2) #show system info
System information
------------------
System Description..........................Hirschmann GREYHOUND Switch
System name.................................GRS-K2
System location.............................+K2, key safe password {c}
Firmware software release (RAM).............HiOS-3A-09.4.04 2024-06-19 12:08
Device hardware description.................GRS1042-6T6ZTHH00V9HHSE3AMR
Serial number...............................942135999000101022
IP address (management).....................0.0.0.0
MAC address (management)....................EC:74:BA:00:00:70
(GRS-K2) #show network parms
IPv4 Network
------------
Local IP address............................192.168.20.4
Burned in MAC address.......................ec:74:ba:00:00:70
(GRS-K2) #show ip arp table
Intf      IP Address      Last updated       MAC Address       Type    Active
--------- --------------- ------------------ ----------------- ------- ------
vlan/1    192.168.20.77    43 days, 03:27:31 00:1e:42:00:00:01 Dynamic [x]
(GRS-K2) #show lldp remote-data
LLDP remote data:
-----------------
Remote data, 1/7 - #61
             IPv4 Management address....192.168.20.239
             System name................BRS-K5
             System description.........Hirschmann BOBCAT - SW: HiOS-2A-10.3.04
             Port description...........Module: 1 Port: 5 - 1 Gbit
             Chassis ID.................64:60:38:00:00:E1 (subtype: macAddress)
             Port ID....................64:60:38:00:00:EA (subtype: macAddress)
             Autoneg. supp./enabled.....yes/yes

Remote data, 1/8 - #75
             Chassis ID.................D8:CB:8A:00:00:C8 (subtype: macAddress)
(GRS-K2) #show mac-addr-table
VLAN ID  MAC Address         Interface              IfIndex  Status
-------  ------------------  ---------------------  -------  ------------
1        00:1e:42:00:00:01   1/7                    7        Learned
(GRS-K2) #show running-config
snmp-server community {c} rw
"""

CLASSIC = """\
! Hirschmann MACH
set prompt "MACH-K1"
vlan database
exit
network parms 192.168.20.5 255.255.255.0 192.168.20.1
configure
snmp-server sysname "MACH-K1"
snmp-server community {c}
interface 1/1
name "to the drives"
exit
users name portadmin
users passwd portadmin {c}
users snmpv3 encryption portadmin des {c}
users access portadmin readwrite
radius server key auth 10.0.0.8 {c}
"""

ROX = """\
ruggedcom# show running-config
admin
 system-name RX-K2
 users userid portadmin
  password {c}
  role administrator
 !
 snmp snmp-community {c}
 !
!
global cellular profiles gsm internet
 apn m2m.example
 dial-string *99#
 ppp password {c}
!
ip switch.0001
 ipv4 address 192.168.20.6/24
 !
!
tunnel ipsec connection hq
 right public-ip address 203.0.113.9
!
tunnel ipsec preshared-key 203.0.113.9
 secret-key {c}
!
"""

ROBUSTEL = """\
<?xml version="1.0" encoding="UTF-8"?>
<router_config>
 <system><device_name>r3000-k6</device_name></system>
 <cellular><sim1>
  <apn>m2m.example</apn>
  <username>u</username>
  <password>{c}</password>
  <pin>4711</pin>
  <phone_number>+4915112345678</phone_number>
 </sim1></cellular>
 <lan><lan0><ip>192.168.20.8</ip></lan0></lan>
 <ipsec><tunnel1>
  <remote_gateway>203.0.113.9</remote_gateway>
  <psk>{c}</psk>
 </tunnel1></ipsec>
 <user_management><super_user><username>portadmin</username><passwd>{c}</passwd></super_user></user_management>
</router_config>
"""

ALEOS = """\
<?xml version="1.0"?>
<aleos_template>
 <device><device_name>rv50-k3</device_name><imei>356938035643809</imei></device>
 <wan><apn>m2m.example</apn><apn_password>{c}</apn_password></wan>
 <vpn1><gateway>203.0.113.9</gateway><preshared_key>{c}</preshared_key></vpn1>
</aleos_template>
"""

ROS = """\
# System Identification
sysId
System Name,Location,Contact,
RSG-K4,E-house,Port,

# Passwords
passwd
Auth Type,Guest Username,Guest Password,Operator Username,Operator Password,Admin Username,Admin Password,
Local,guest,{c},operator,{c},portadmin,{c},

# SNMP Users
snmpUser
Name,IP Address,v1/v2c Community,Auth Protocol,Priv Protocol,Auth Key,Confirm Auth Key,
nms,10.0.0.9,{c},HMACMD5,CBC-DES,"{c},{c}",{c},

# IP Interfaces
ipIf
Type,ID,Mgmt,IP Address Type,IP Address,Subnet,
VLAN,1,Yes,Static,192.168.20.9,255.255.255.0,

# IP Gateways
ipGw
Destination,Subnet,Gateway,
0.0.0.0,0.0.0.0,192.168.20.1,

# Port Parameters
ethPortCfg
Port,Name,Media,State,AutoN,Speed,Dupx,FlowCtrl,LFI,Alarm,
1,to the drives,100TX,Enabled,On,Auto,Auto,Off,Off,On,
"""

TERSE = """\
# 2025-04-20 16:18:22 by RouterOS 7.18.2
# software id = AAAA-BBBB
# model = wAPGR-5HacD2HnD
# serial number = HGS00AAAAAA
/interface bridge add name="bridge of the crane"
/interface ethernet set [ find default-name=ether1 ] mac-address=48:A9:8A:00:00:70 name=ether1
/interface lte apn add apn=m2m.example name=internet password={c} user=u
/interface/wireguard/add listen-port=13231 name=wg0 private-key="{c}"
/interface wireguard peers add endpoint-address=203.0.113.9 interface=wg0 preshared-key="{c}"
/ip/address add address=192.168.88.1/24 interface="bridge of the crane" network=192.168.88.0
/ip firewall nat add action=masquerade chain=srcnat out-interface=lte1
/snmp community set [ find default=yes ] name={c}
/system identity set name=WAP-LTE
/user add group=full name=portadmin password={c}
"""

PEERS = """\
[admin@LTAP9] > /interface wireguard peers print terse without-paging
0 interface=wg1 name=hq public-key=b7wPxXWRxgB5uzfXa75B6EvhAa2K4wp+Uay1234567Q= private-key= endpoint-address= endpoint-port=0 current-endpoint-address=203.0.113.9 current-endpoint-port=50610 allowed-address=10.0.0.0/24 preshared-key= client-address=10.0.0.2/32 client-endpoint= rx=180 tx=92 last-handshake=20s
1 interface=wg1 name=off public-key=b7wPxXWRxgB5uzfXa75B6EvhAa2K4wp+Uay1234567Q= private-key={c} endpoint-address= endpoint-port=0 current-endpoint-address=203.0.113.10 current-endpoint-port=50610 allowed-address=10.0.0.0/24 preshared-key={c} client-address=10.0.0.3/32 client-endpoint= rx=180 tx=92 last-handshake=20s
"""

EATON = """\
{{
  "passphrase": "{c}",
  "features": {{
    "certificateSettings": {{"data": {{"dmeData": {{"contact": ""}}}}}},
    "network": {{
      "data": {{"settings": {{
        "interfaces": [
          {{"id": "eth0", "ipv4": {{"settings": {{"manual": {{"address": "192.168.20.12"}},
            "dhcpServer": {{"address": "192.168.20.1"}}}}}}}}
        ],
        "hostname": "ups-k1"
      }}}}
    }},
    "snmp": {{"data": {{"v1": {{"communities": {{"readOnly": {{"name": "{c}"}}}}}},
      "v3": {{"users": [{{"name": "nms", "auth": {{"password": {{"plaintext": "{c} {c}", "cyphered": "{c}"}}}}}}]}},
      "traps": {{"receivers": [{{"host": "10.0.0.9", "community": "{c}"}}]}}}}}},
    "email": {{"data": {{"smtp": {{"user": "u", "password": {{"plaintext": "a\\"{c}"}}}}}}}}
  }},
  "firmwareVersion": "2.3.3"
}}
"""

ALL = {
    "ios": IOS, "vrp": VRP, "junos": JUNOS, "braces": BRACES, "routeros": ROUTEROS, "uci": UCI,
    "uci-show": UCI_SHOW, "fortios": FORTIOS, "pfsense": PFSENSE, "modem": MODEM, "hios": HIOS,
    "classic": CLASSIC, "rox": ROX, "robustel": ROBUSTEL, "aleos": ALEOS,
    "ros": ROS, "routeros-terse": TERSE, "routeros-peers": PEERS, "eaton": EATON,
}  # fmt: skip
"""Format → its text, ``{c}`` at every secret."""
FLAT = {"pfsense", "robustel", "aleos", "eaton"}
"""Formats that become flat lines before they are masked."""


def archive(files, form="w:gz"):
    """A tar of files: name → content; or → what kind of member it is (tarfile's letter)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=form) as made:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                member.size = len(content)
                made.addfile(member, io.BytesIO(content))
            else:
                member.type, member.linkname = content
                made.addfile(member)
    return out.getvalue()


def planted(text, number=0):
    """The text with canaries, and how many there are."""
    parts = text.split("{c}")
    filled = parts[0]
    for at, part in enumerate(parts[1:], 1):
        filled += canary(number + at) + part
    return filled.replace("{{", "{").replace("}}", "}"), len(parts) - 1
