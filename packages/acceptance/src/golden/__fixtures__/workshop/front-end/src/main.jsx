import { createElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Services() {
  const [services, setServices] = useState([]);
  useEffect(() => {
    fetch('/services/all')
      .then(answer => answer.json())
      .then(body => setServices(body.services));
  }, []);
  return createElement(
    'ul',
    null,
    services.map(name => createElement('li', { key: name }, name)),
  );
}

createRoot(document.getElementById('root')).render(createElement(Services));
