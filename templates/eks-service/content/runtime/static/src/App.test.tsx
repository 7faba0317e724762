import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from './App.tsx';
import { name } from './name.ts';

describe('the page', () => {
  afterEach(cleanup);

  it('says what it is', () => {
    render(<App />);
    expect(screen.getByRole('heading').textContent).toBe(name);
  });

  it('counts, by mouse and by keyboard', async () => {
    const user = userEvent.setup();
    render(<App />);
    await user.click(screen.getByRole('button'));
    await user.keyboard('{Enter}');
    expect(screen.getByRole('button').textContent).toBe('Pressed 2 times');
  });
});
