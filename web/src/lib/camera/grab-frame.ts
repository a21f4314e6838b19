/** The server reads faces no better from more. */
const LONGEST_SIDE_PX = 1280;
const JPEG_QUALITY = 0.85;

/** Take what a camera shows now as JPEG, as the camera sees it and not mirrored; null without. */
export async function grabFrame(
  video: HTMLVideoElement,
  longestSidePx = LONGEST_SIDE_PX,
): Promise<Blob | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const scale = Math.min(1, longestSidePx / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
}
