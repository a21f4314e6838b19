"""Where models lie on the web, and how their pixels are scaled."""

from __future__ import annotations

from typing import Final

GITHUB: Final = "https://github.com"
RAW: Final = "https://raw.githubusercontent.com"
UNIFACE: Final = f"{GITHUB}/yakhyo/uniface/releases/download/weights"
ZOO: Final = f"{GITHUB}/opencv/opencv_zoo/raw/966be4cb6eefc2a4f586ed0581bf4bbaa2533070/models"
ZARU: Final = f"{RAW}/placrosse/Zaru/246d88c25310a0dec1a21ec3b4272635b55f7b85/3rdparty/onnx"
HALF: Final = (127.5, 127.5, 127.5)
IMAGENET_MEAN: Final = (0.485 * 255, 0.456 * 255, 0.406 * 255)
IMAGENET_DEVIATION: Final = (0.229 * 255, 0.224 * 255, 0.225 * 255)
UP_TO_ONE: Final = (255.0, 255.0, 255.0)
