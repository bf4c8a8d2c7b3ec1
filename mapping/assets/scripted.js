// Where scripts run, the plain table of the claims need not be laid out: that took 60 ms of the start.
document.documentElement.classList.add("ca-scripted");
