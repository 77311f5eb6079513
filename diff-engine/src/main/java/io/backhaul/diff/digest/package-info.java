/** What a set of rows comes to, bucket by bucket: where two digests agree, so do the rows. */
package io.backhaul.diff.digest;
