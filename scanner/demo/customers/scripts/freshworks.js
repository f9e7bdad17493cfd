// Freshdesk's help window remembers whether it is open.
localStorage.setItem("fw_widget_state", "closed");
