/** HubSpot CRM objects over the v3 batch API (developers.hubspot.com, "Using object APIs"). */
package io.backhaul.destination.hubspot;
