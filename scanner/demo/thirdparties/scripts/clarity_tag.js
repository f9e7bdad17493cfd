// The project's tag brings the recorder.
window.clarityProject = server.project;
loadScript("https://scripts.clarity.ms/0.8.1/clarity.js");
