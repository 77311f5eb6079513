/** The declarative destination {@code http}: any endpoint that takes records as JSON. */
package io.backhaul.destination.generic;
