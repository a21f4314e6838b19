"""Every model that mien knows: the only place that names URLs and hashes."""

from __future__ import annotations

from typing import Final

from mien.inference.model import (
    APACHE,
    CC0,
    INSIGHTFACE,
    MIT,
    Download,
    Format,
    Model,
    PackageFile,
    PixelInput,
    Task,
)

_GITHUB: Final = "https://github.com"
_RAW: Final = "https://raw.githubusercontent.com"
_UNIFACE: Final = f"{_GITHUB}/yakhyo/uniface/releases/download/weights"
_ZOO: Final = f"{_GITHUB}/opencv/opencv_zoo/raw/966be4cb6eefc2a4f586ed0581bf4bbaa2533070/models"
_ZARU: Final = f"{_RAW}/placrosse/Zaru/246d88c25310a0dec1a21ec3b4272635b55f7b85/3rdparty/onnx"
_FACENET: Final = f"{_RAW}/timesler/facenet-pytorch/787da06156087cd6b616fe6608213722bddc30cd/data"

_HALF: Final = (127.5, 127.5, 127.5)
_IMAGENET_MEAN: Final = (0.485 * 255, 0.456 * 255, 0.406 * 255)
_IMAGENET_DEVIATION: Final = (0.229 * 255, 0.224 * 255, 0.225 * 255)
_UP_TO_ONE: Final = (255.0, 255.0, 255.0)

MMOD: Final = Model(
    name="mmod",
    task=Task.DETECT,
    summary="MMOD convolutional face detector (dlib)",
    license=CC0,
    source=PackageFile("mmod_human_face_detector.dat"),
    sha256="4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
    format=Format.DLIB_MMOD,
)

YUNET: Final = Model(
    name="yunet",
    task=Task.DETECT,
    summary="YuNet, 0.08 million parameters, five landmarks (OpenCV zoo, 2023)",
    license=MIT,
    source=Download(f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx", 232_589),
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    pixels=PixelInput(bgr=True),
)

RETINAFACE: Final = Model(
    name="retinaface",
    task=Task.DETECT,
    summary="RetinaFace on MobileNet 0.25, five landmarks",
    license=MIT,
    source=Download(
        f"{_RAW}/kgzhwang/Pytorch_Retinaface/6e724185520256cfa136feb4910203b1f55c5274"
        "/FaceDetector.onnx",
        1_729_306,
    ),
    sha256="e0e19bad8494b3f7a7edb39a90194ff055923e13a3453569a454386f857fe538",
    pixels=PixelInput(bgr=True, mean=(104.0, 117.0, 123.0)),
)

SCRFD: Final = Model(
    name="scrfd",
    task=Task.DETECT,
    summary="SCRFD 500M, five landmarks (InsightFace)",
    license=INSIGHTFACE,
    source=Download(f"{_UNIFACE}/scrfd_500m_kps.onnx", 2_524_817),
    sha256="5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a",
    pixels=PixelInput(mean=_HALF, deviation=(128.0, 128.0, 128.0)),
)

# Its order of colors is not documented: to be checked on a known face before a pack takes it.
RETINAFACE_R34: Final = Model(
    name="retinaface_r34",
    task=Task.DETECT,
    summary="RetinaFace on ResNet-34, five landmarks",
    license=MIT,
    source=Download(f"{_UNIFACE}/retinaface_r34.onnx"),
    sha256="bd0263dc2a465d32859555cb1741f2d98991eb0053696e8ee33fec583d30e630",
    pixels=PixelInput(bgr=True, mean=(104.0, 117.0, 123.0)),
)

BLAZEFACE: Final = Model(
    name="blazeface",
    task=Task.DETECT,
    summary="BlazeFace short range: selfies only (MediaPipe)",
    license=APACHE,
    source=Download(f"{_ZARU}/face_detection_short_range.onnx", 422_206),
    sha256="1e80467dfe6b103efa25b79a8a348661e78de205f37a0227f31f9cd30d12f11e",
    pixels=PixelInput(mean=_HALF, deviation=_HALF),
    side_px=128,
)


def _mtcnn(stage: str, sha256: str, size: int, summary: str) -> Model:
    return Model(
        name=f"mtcnn_{stage}",
        task=Task.DETECT,
        summary=summary,
        license=MIT,
        source=Download(f"{_FACENET}/{stage}.pt", size),
        sha256=sha256,
        format=Format.TORCH_MTCNN,
        pixels=PixelInput(mean=_HALF, deviation=(128.0, 128.0, 128.0)),
    )


MTCNN_PNET: Final = _mtcnn(
    "pnet",
    "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f",
    28_570,
    "MTCNN, first stage: proposals",
)
MTCNN_RNET: Final = _mtcnn(
    "rnet",
    "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86",
    403_147,
    "MTCNN, second stage: refinement",
)
MTCNN_ONET: Final = _mtcnn(
    "onet",
    "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d",
    1_559_269,
    "MTCNN, third stage: five landmarks",
)

FIVE_LANDMARKS: Final = Model(
    name="five_landmarks",
    task=Task.LANDMARKS,
    summary="eye corners and nose base by regression trees (dlib)",
    license=CC0,
    source=PackageFile("shape_predictor_5_face_landmarks.dat"),
    sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    format=Format.DLIB_LANDMARKS,
)

FACE_MESH: Final = Model(
    name="face_mesh",
    task=Task.LANDMARKS,
    summary="face mesh, 468 points in space (MediaPipe)",
    license=APACHE,
    source=Download(f"{_ZARU}/face_landmark.onnx", 2_432_529),
    sha256="2ece916c568172aafde5d8beaf0198c65b10691a618e551c4b1015a32116e326",
    pixels=PixelInput(deviation=_UP_TO_ONE),
    side_px=192,
)

RESNET29: Final = Model(
    name="resnet29",
    task=Task.EMBED,
    summary="ResNet-29, 150 x 150 to 128-D (dlib)",
    license=CC0,
    source=PackageFile("dlib_face_recognition_resnet_model_v1.dat"),
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    format=Format.DLIB_RESNET,
    side_px=150,
)

MOBILEFACENET: Final = Model(
    name="mobilefacenet",
    task=Task.EMBED,
    summary="MobileFaceNet, 112 x 112 to 128-D, trained on MS1M",
    license=APACHE,
    source=Download(
        f"{_RAW}/foamliu/MobileFaceNet/a6cc9032a659b615f477833e1a70b5e7931bcccc"
        "/weights/MobileFaceNet.onnx",
        3_998_070,
    ),
    sha256="b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507",
    pixels=PixelInput(mean=_IMAGENET_MEAN, deviation=_IMAGENET_DEVIATION),
    side_px=112,
)

ARCFACE_R50: Final = Model(
    name="arcface_r50",
    task=Task.EMBED,
    summary="ArcFace ResNet-50, 112 x 112 to 512-D, trained on WebFace600K",
    license=INSIGHTFACE,
    source=Download(f"{_UNIFACE}/w600k_r50.onnx"),
    sha256="4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
    pixels=PixelInput(mean=_HALF, deviation=_HALF),
    side_px=112,
)

ARCFACE_MBF: Final = Model(
    name="arcface_mbf",
    task=Task.EMBED,
    summary="ArcFace MobileFaceNet, 112 x 112 to 512-D, trained on WebFace600K",
    license=INSIGHTFACE,
    source=Download(f"{_UNIFACE}/w600k_mbf.onnx"),
    sha256="9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
    pixels=PixelInput(mean=_HALF, deviation=_HALF),
    side_px=112,
)

ADAFACE: Final = Model(
    name="adaface",
    task=Task.EMBED,
    summary="AdaFace IR-101, 112 x 112 to 512-D",
    license=MIT,
    source=Download(f"{_GITHUB}/yakhyo/adaface-onnx/releases/download/weights/adaface_ir_101.onnx"),
    sha256="f2eb07d03de0af560a82e1214df799fec5e09375d43521e2868f9dc387e5a43e",
    pixels=PixelInput(bgr=True, mean=_HALF, deviation=_HALF),
    side_px=112,
)

SFACE: Final = Model(
    name="sface",
    task=Task.EMBED,
    summary="SFace, 112 x 112 to 128-D (OpenCV zoo, 2021)",
    license=APACHE,
    source=Download(f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx"),
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    side_px=112,
)

FACENET: Final = Model(
    name="facenet",
    task=Task.EMBED,
    summary="FaceNet, Inception-ResNet-v1, 160 x 160 to 512-D, trained on VGGFace2",
    license=MIT,
    source=Download(
        f"{_GITHUB}/timesler/facenet-pytorch/releases/download/v2.2.9/20180402-114759-vggface2.pt"
    ),
    sha256=None,
    format=Format.TORCH_FACENET,
    pixels=PixelInput(mean=_HALF, deviation=(128.0, 128.0, 128.0)),
    side_px=160,
)

MINIFAS: Final = Model(
    name="minifas",
    task=Task.ATTACKS,
    summary="MiniFAS, print and replay attacks from one 128 x 128 crop",
    license=APACHE,
    source=Download(
        f"{_RAW}/VietAnh954/face-antispoof-onnx/b5724af4f4cb336695e81653634e3f354b52f5c1"
        "/models/best/98.20/best_model.onnx",
        1_912_594,
    ),
    sha256="af2381b88f38769222ed93379e12444e2a50814575de1c46170de570c55a42b6",
    pixels=PixelInput(deviation=_UP_TO_ONE),
    side_px=128,
)

_MINIFASNETS: Final = f"{_GITHUB}/yakhyo/face-anti-spoofing/releases/download/weights"

# Both take BGR from 0 to 255, as their authors' code does: to be checked before they are used.
MINIFASNET_V2: Final = Model(
    name="minifasnet_v2",
    task=Task.ATTACKS,
    summary="MiniFASNet V2, from an 80 x 80 crop of 2.7 times the face",
    license=APACHE,
    source=Download(f"{_MINIFASNETS}/MiniFASNetV2.onnx"),
    sha256="b32929adc2d9c34b9486f8c4c7bc97c1b69bc0ea9befefc380e4faae4e463907",
    pixels=PixelInput(bgr=True),
    side_px=80,
)

MINIFASNET_V1SE: Final = Model(
    name="minifasnet_v1se",
    task=Task.ATTACKS,
    summary="MiniFASNet V1SE, from an 80 x 80 crop of 4 times the face",
    license=APACHE,
    source=Download(f"{_MINIFASNETS}/MiniFASNetV1SE.onnx"),
    sha256="ebab7f90c7833fbccd46d3a555410e78d969db5438e169b6524be444862b3676",
    pixels=PixelInput(bgr=True),
    side_px=80,
)

MIDAS_SMALL: Final = Model(
    name="midas_small",
    task=Task.DEPTH,
    summary="MiDaS 2.1 small, relative depth from one 256 x 256 photo",
    license=MIT,
    source=Download(f"{_GITHUB}/isl-org/MiDaS/releases/download/v2_1/model-small.onnx"),
    sha256=None,
    pixels=PixelInput(mean=_IMAGENET_MEAN, deviation=_IMAGENET_DEVIATION),
    side_px=256,
)

MODELS: Final = (
    MMOD,
    YUNET,
    RETINAFACE,
    RETINAFACE_R34,
    SCRFD,
    BLAZEFACE,
    MTCNN_PNET,
    MTCNN_RNET,
    MTCNN_ONET,
    FIVE_LANDMARKS,
    FACE_MESH,
    RESNET29,
    MOBILEFACENET,
    ARCFACE_R50,
    ARCFACE_MBF,
    ADAFACE,
    SFACE,
    FACENET,
    MINIFAS,
    MINIFASNET_V2,
    MINIFASNET_V1SE,
    MIDAS_SMALL,
)
"""All of them, by task."""
