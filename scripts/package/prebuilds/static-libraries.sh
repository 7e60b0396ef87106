#!/bin/sh
# Compiles the libraries that go into the prebuilt addon, as static ones: static-libraries.sh x64|arm64 PREFIX
# In a root file system of Debian, from the sources of its packages: those get its security updates. Only free of conditions that the addon's
# user would inherit: no GPL part of FFmpeg. Encoders are those that videos may be written with here; https and rtsps want the system's FFmpeg.
set -eu
arch=$1
prefix=$2
work=/build/$arch
sources="ffmpeg opencv dav1d libjpeg-turbo zlib highway"

case $arch in
  x64) triplet=x86_64-linux-gnu processor=x86_64 oldest=2.2.5 ;;
  arm64) triplet=aarch64-linux-gnu processor=aarch64 oldest=2.17 ;;
  *) echo "no such processor: $arch" >&2; exit 2 ;;
esac

mkdir -p "$work" "$prefix/licences"
if [ ! -e /src/.unpacked ]; then
  mkdir -p /src
  chown _apt /src
  # shellcheck disable=SC2086 -- one word a source
  (cd /src && apt-get source -qq --only-source $sources && touch .unpacked)
fi
source_of() {
  find /src -mindepth 1 -maxdepth 1 -type d -name "$1-[0-9]*"
}

# hypot has a new version since glibc 2.35, which would be all that the addon wants of it.
cat > "$work/glibc.h" <<END
#ifndef __ASSEMBLER__
__asm__(".symver hypot, hypot@GLIBC_$oldest");
#endif
END

# No path of the machine that builds it is to be in the addon.
flags="-O2 -g0 -fPIC -ffunction-sections -fdata-sections -fstack-protector-strong -ffile-prefix-map=/src=. -ffile-prefix-map=$work=. -include $work/glibc.h"
jobs=$(nproc)

configure_with_cmake() {
  name=$1
  shift
  cmake -S "$(source_of "$name")" -B "$work/$name" -Wno-dev -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_PREFIX_PATH="$prefix" -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$processor" -DCMAKE_C_COMPILER="$triplet-gcc" -DCMAKE_CXX_COMPILER="$triplet-g++" \
    -DCMAKE_C_FLAGS_RELEASE="$flags -DNDEBUG" -DCMAKE_CXX_FLAGS_RELEASE="$flags -DNDEBUG" "$@"
}
build_with_cmake() {
  cmake --build "$work/$1" --parallel "$jobs"
  cmake --install "$work/$1"
}
with_cmake() {
  configure_with_cmake "$@"
  build_with_cmake "$1"
}

# It builds where its sources lie.
cp -r "$(source_of zlib)" "$work/zlib"
(cd "$work/zlib" && CHOST=$triplet CFLAGS=$flags ./configure --static --prefix="$prefix" && make -j"$jobs" install)
with_cmake libjpeg-turbo -DCMAKE_INSTALL_LIBDIR="$prefix/lib" -DENABLE_SHARED=OFF -DWITH_TURBOJPEG=OFF
with_cmake highway -DBUILD_TESTING=OFF -DHWY_ENABLE_TESTS=OFF -DHWY_ENABLE_EXAMPLES=OFF -DHWY_ENABLE_CONTRIB=OFF

cat > "$work/meson-cross" <<END
[binaries]
c = '$triplet-gcc'
ar = '$triplet-ar'
strip = '$triplet-strip'
[host_machine]
system = 'linux'
cpu_family = '$processor'
cpu = '$processor'
endian = 'little'
END
CFLAGS=$flags meson setup "$work/dav1d" "$(source_of dav1d)" --cross-file "$work/meson-cross" --prefix "$prefix" --libdir lib \
  --default-library static --buildtype plain -Dc_args="$flags" -Denable_tools=false -Denable_tests=false
ninja -C "$work/dav1d" install

export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig"
mkdir -p "$work/ffmpeg"
(
  cd "$work/ffmpeg"
  "$(source_of ffmpeg)/configure" --prefix="$prefix" --enable-cross-compile --target-os=linux --arch="$processor" \
    --cross-prefix="$triplet-" --cc="$triplet-gcc" --pkg-config=pkg-config --extra-cflags="$flags" \
    --disable-shared --enable-static --enable-pic --disable-autodetect --disable-debug \
    --disable-programs --disable-doc --disable-avdevice --disable-avfilter --disable-postproc \
    --disable-encoders --disable-muxers --disable-filters --disable-hwaccels \
    --enable-encoder=ffv1,mjpeg,mpeg1video,mpeg2video,mpeg4 --enable-muxer=avi,matroska,mov,mp4,mpegts,webm \
    --enable-libdav1d --enable-zlib
  sed -i "/^#define FFMPEG_CONFIGURATION/{s|-ffile-prefix-map=[^ ']*||g; s|$work/||g; s|$prefix|/usr|g}" config.h
  make -j"$jobs" install
)

configure_with_cmake opencv -DBUILD_LIST=core,imgproc,imgcodecs,videoio -DOPENCV_GENERATE_PKGCONFIG=OFF -DOPENCV_FFMPEG_SKIP_BUILD_CHECK=ON \
  -DBUILD_TESTS=OFF -DBUILD_PERF_TESTS=OFF -DBUILD_opencv_apps=OFF -DBUILD_JAVA=OFF -DBUILD_opencv_python2=OFF -DBUILD_opencv_python3=OFF \
  -DWITH_FFMPEG=ON -DWITH_V4L=ON -DWITH_JPEG=ON -DBUILD_JPEG=OFF -DBUILD_ZLIB=OFF \
  -DWITH_1394=OFF -DWITH_ADE=OFF -DWITH_CAROTENE=OFF -DWITH_EIGEN=OFF -DWITH_GSTREAMER=OFF -DWITH_GTK=OFF -DWITH_IPP=OFF -DWITH_ITT=OFF \
  -DWITH_JASPER=OFF -DWITH_LAPACK=OFF -DWITH_OBSENSOR=OFF -DWITH_OPENCL=OFF -DWITH_OPENEXR=OFF -DWITH_OPENJPEG=OFF -DWITH_PNG=OFF \
  -DWITH_PROTOBUF=OFF -DWITH_QUIRC=OFF -DWITH_TIFF=OFF -DWITH_WEBP=OFF -DWITH_VA=OFF -DWITH_VA_INTEL=OFF
sed -i "s|-ffile-prefix-map=[^ ]*||g; s|$work/||g; s|$prefix|/usr|g" "$work/opencv/modules/core/version_string.inc"
build_with_cmake opencv

# A build with these libraries looks for shared ones, as the system's are: texts for the linker, which name the static ones.
static() {
  name=$1
  shift
  echo "INPUT($*)" > "$prefix/lib/lib$name.so"
}
lib=$prefix/lib
static avutil "$lib/libavutil.a -lm -lpthread"
static swscale "$lib/libswscale.a $lib/libavutil.a -lm"
static avcodec "$lib/libavcodec.a $lib/libswresample.a $lib/libavutil.a $lib/libdav1d.a $lib/libz.a -lm -lpthread -ldl"
static avformat "$lib/libavformat.a $lib/libavcodec.a $lib/libswresample.a $lib/libavutil.a $lib/libdav1d.a $lib/libz.a -lm"
static opencv_core "$lib/libopencv_core.a $lib/libz.a -lm -lpthread -ldl"
static opencv_imgproc "$lib/libopencv_imgproc.a $lib/libopencv_core.a $lib/libz.a"
static opencv_videoio "$lib/libopencv_videoio.a $lib/libopencv_imgcodecs.a $lib/libopencv_imgproc.a $lib/libopencv_core.a $lib/libjpeg.a \
$lib/libavformat.a $lib/libavcodec.a $lib/libswscale.a $lib/libswresample.a $lib/libavutil.a $lib/libdav1d.a $lib/libz.a -lm -lpthread -ldl"
static hwy "$lib/libhwy.a"

licence() {
  cp "$(source_of "$1")/$2" "$prefix/licences/$1.txt"
}
licence zlib README
licence libjpeg-turbo LICENSE.md
licence highway LICENSE
licence dav1d COPYING
licence ffmpeg COPYING.LGPLv2.1
licence opencv LICENSE
for name in $sources; do
  dpkg-parsechangelog -l "$(source_of "$name")/debian/changelog" -S Version | sed "s/^/$name /"
done > "$prefix/licences/versions.txt"
