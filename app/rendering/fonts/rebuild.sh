#!/bin/sh
# Makes the font files of this folder again out of the npm packages named in README.md.
# Needs npm, python3 and a network; works in a temporary folder. The files are committed: no build runs this.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet fonttools==4.68.0

fetch() { # fetch PACKAGE VERSION: the package's files in ./PACKAGE
    tarball=$(npm pack --silent "@expo-google-fonts/$1@$2")
    mkdir "$1"
    tar xzf "$tarball" -C "$1" --strip-components 1
}

fetch noto-sans 0.4.2
fetch noto-sans-arabic 0.4.3
fetch noto-sans-hebrew 0.4.1
fetch noto-sans-thai 0.4.2
fetch noto-sans-sc 0.4.3
fetch noto-sans-kr 0.4.3
fetch noto-sans-armenian 0.4.2
fetch noto-sans-bengali 0.4.4
fetch noto-sans-ethiopic 0.4.2
fetch noto-sans-georgian 0.4.3
fetch noto-sans-gujarati 0.4.2
fetch noto-sans-gurmukhi 0.4.1
fetch noto-sans-kannada 0.4.3
fetch noto-sans-khmer 0.4.3
fetch noto-sans-lao 0.4.2
fetch noto-sans-malayalam 0.4.2
fetch noto-sans-myanmar 0.4.2
fetch noto-sans-oriya 0.4.2
fetch noto-sans-sinhala 0.4.2
fetch noto-sans-tamil 0.4.3
fetch noto-sans-telugu 0.4.2
fetch noto-sans-thaana 0.4.2
fetch noto-serif-display 0.4.2
fetch noto-naskh-arabic 0.4.5

# 1. Alphabets: whole, as published.
for weight in 400Regular 700Bold; do
    cp noto-sans/$weight/NotoSans_$weight.ttf "$here/NotoSans-${weight#???}.ttf"
    cp noto-sans-arabic/$weight/NotoSansArabic_$weight.ttf "$here/NotoSansArabic-${weight#???}.ttf"
    cp noto-sans-hebrew/$weight/NotoSansHebrew_$weight.ttf "$here/NotoSansHebrew-${weight#???}.ttf"
    cp noto-sans-thai/$weight/NotoSansThai_$weight.ttf "$here/NotoSansThai-${weight#???}.ttf"
done

# 2. Chinese, Japanese, Korean: one weight, the characters of everyday standards, horizontal writing only.
python3 - <<'PYTHON'
def table(codec, rows):
    cells = (bytes((row, cell)) for row in rows for cell in range(0x40, 0xFF))
    return {text for cell in cells if len(text := cell.decode(codec, "ignore")) == 1}

han = table("gb2312", range(0xA1, 0xF8)) | table("big5", range(0xA1, 0xFA)) | table("cp932", range(0x81, 0xFD))
hangul = {c for c in table("euc_kr", range(0xA1, 0xC9)) if "\uac00" <= c <= "\ud7a3" or "\u3130" <= c <= "\u318f"}
# What parents in China choose though it is in none of these (of the Table of General Standard Chinese Characters).
han |= set(
    "喆堃祎赟禛翀玥琮珮璟瑢彧旻昶晟煊熠婳婠姵翯玙玚珣珩珧琚瑀珹颋頔頫祐禔垚垕堉塬峣弢彣忞惇昉昀晙暐杬杺柟棪槿沄沚洺浛淏湉澍炘焜燊燚奭甯畯皞"
    "矞禤秾竑箐芃苡蓁蘅褀雱靓韫頠颢飏骞龢曌犇骉羴猋焱赑孖翾嫕婕妤玹珝琎琇瑄瑨璇璘璠瓘祯祾稹筱篪绾翃聿臻芊芫苒茜茹荻菀葳蕤薷虓蜺袆讷诜谡贇轲迩逖邕郜鄞"
    "鋆钊钤钧铎铖锜锟镔镡闳闼阗阡隗霏霓韡颉颙颛飖飗馥骅骎骐骕骢鹓鹔鹭麑麟黻黼鼐㛃㬎㳘䶮"
)
open("sc.txt", "w", encoding="utf-8").write("".join(sorted(han)))
open("kr.txt", "w", encoding="utf-8").write("".join(sorted(hangul)))
PYTHON
for script in sc kr; do
    capitals=$(echo $script | tr a-z A-Z)
    venv/bin/pyftsubset noto-sans-$script/500Medium/NotoSans${capitals}_500Medium.ttf --text-file=$script.txt \
        --no-hinting --layout-features= --drop-tables+=vhea,vmtx,VORG,GPOS,GSUB,BASE --notdef-outline \
        --no-recalc-timestamp --output-file="$here/NotoSans$capitals-Medium.ttf"
done

# 3. Other living scripts: one weight, whole but for hinting, which neither print nor large pictures need.
for script in Armenian Bengali Ethiopic Georgian Gujarati Gurmukhi Kannada Khmer Lao Malayalam Myanmar Oriya Sinhala \
    Tamil Telugu Thaana; do
    package=noto-sans-$(echo $script | tr A-Z a-z)
    venv/bin/pyftsubset $package/500Medium/NotoSans${script}_500Medium.ttf --unicodes='*' --layout-features='*' \
        --no-hinting --notdef-outline --no-recalc-timestamp --output-file="$here/NotoSans$script-Medium.ttf"
done

# 4. For names and titles in large letters: one weight, whole but for hinting.
venv/bin/pyftsubset noto-serif-display/600SemiBold/NotoSerifDisplay_600SemiBold.ttf --unicodes='*' --layout-features='*' \
    --no-hinting --notdef-outline --no-recalc-timestamp --output-file="$here/NotoSerifDisplay-SemiBold.ttf"
venv/bin/pyftsubset noto-naskh-arabic/600SemiBold/NotoNaskhArabic_600SemiBold.ttf --unicodes='*' --layout-features='*' \
    --no-hinting --notdef-outline --no-recalc-timestamp --output-file="$here/NotoNaskhArabic-SemiBold.ttf"

# 5. The licence, once, under the copyright line of each family.
{
    for package in noto-sans noto-sans-arabic noto-sans-hebrew noto-sans-thai noto-sans-sc noto-sans-armenian \
        noto-sans-bengali noto-sans-ethiopic noto-sans-georgian noto-sans-gujarati noto-sans-gurmukhi noto-sans-kannada \
        noto-sans-khmer noto-sans-lao noto-sans-malayalam noto-sans-myanmar noto-sans-oriya noto-sans-sinhala \
        noto-sans-tamil noto-sans-telugu noto-sans-thaana noto-serif-display noto-naskh-arabic; do
        head -n 1 $package/LICENSE_FONT
    done
    tail -n +2 noto-sans/LICENSE_FONT
} >"$here/OFL.txt"
