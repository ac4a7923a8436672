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

han = table("gb2312", range(0xA1, 0xF8)) | table("big5", range(0xA1, 0xC7)) | table("shift_jis", range(0x81, 0x99))
hangul = {c for c in table("euc_kr", range(0xA1, 0xC9)) if "\uac00" <= c <= "\ud7a3" or "\u3130" <= c <= "\u318f"}
open("sc.txt", "w", encoding="utf-8").write("".join(sorted(han)))
open("kr.txt", "w", encoding="utf-8").write("".join(sorted(hangul)))
PYTHON
for script in sc kr; do
    capitals=$(echo $script | tr a-z A-Z)
    venv/bin/pyftsubset noto-sans-$script/500Medium/NotoSans${capitals}_500Medium.ttf --text-file=$script.txt \
        --no-hinting --layout-features= --drop-tables+=vhea,vmtx,VORG,GPOS,GSUB,BASE --notdef-outline \
        --no-recalc-timestamp --output-file="$here/NotoSans$capitals-Medium.ttf"
done

# 3. The licence, once, under the copyright line of each family.
{
    for package in noto-sans noto-sans-arabic noto-sans-hebrew noto-sans-thai noto-sans-sc; do
        head -n 1 $package/LICENSE_FONT
    done
    tail -n +2 noto-sans/LICENSE_FONT
} >"$here/OFL.txt"
