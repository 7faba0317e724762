const express = require('express');

const app = express();

app.get('/services/health', (_request, response) => {
  response.json({ status: 'ok' });
});

app.get('/services/all', (_request, response) => {
  response.json({ services: ['contents', 'services', 'front-end'] });
});

const server = app.listen(process.env.PORT ?? 8080);
process.once('SIGTERM', () => server.close());
