// What the image's HEALTHCHECK runs: no curl in the image, and none needed.
const port = process.env['PORT'] ?? '8080';
const response = await fetch(`http://127.0.0.1:${port}/healthz/live`);
process.exit(response.ok ? 0 : 1);
