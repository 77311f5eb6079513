/** Adobe Marketo Engage: people, static lists, custom objects, and people by bulk import. */
package io.backhaul.destination.marketo;
