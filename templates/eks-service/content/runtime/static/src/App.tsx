import { useState } from 'react';
import { name } from './name.ts';

/** The page. */
export function App() {
  const [count, setCount] = useState(0);
  return (
    <main>
      <h1>{name}</h1>
      <button
        type="button"
        onClick={() => {
          setCount(count + 1);
        }}
      >
        Pressed {count} times
      </button>
    </main>
  );
}
