import {
  Link,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: 12,
    height: 2 * sidebarConfig.logoHeight,
    paddingLeft: (sidebarConfig.drawerWidthClosed - 32) / 2,
    color: '#fff',
    fontSize: 20,
    fontWeight: 700,
  },
});

/** A hull on its slipway, with the name beside it while the bar is open. */
export const Logo = () => {
  const classes = useStyles();
  const { isOpen } = useSidebarOpenState();
  return (
    <Link
      to="/"
      underline="none"
      className={classes.link}
      aria-label="Slipway, home"
    >
      <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M4 13h22l-4 8H9z" fill="#7fd1ff" />
        <path d="M13 5h3v6h-3zM18 7h3v4h-3z" fill="#fff" />
        <path d="M2 23l28 5v2H2z" fill="#ffb454" />
      </svg>
      {isOpen && <span>Slipway</span>}
    </Link>
  );
};
