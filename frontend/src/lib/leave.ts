/** Leaves the page for another host. A function of its own, so that tests can watch it. */
export const leave = {
  to(url: string): void {
    location.assign(url);
  },
};
