// The banner of HubSpot is switched off in this portal: the script looks, and leaves.
