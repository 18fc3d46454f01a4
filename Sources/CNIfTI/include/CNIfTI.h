#ifndef BRGSA_CNIFTI_H
#define BRGSA_CNIFTI_H

/*
 * The few pure functions of libnifti that Volumes uses: numbers in, numbers out.
 *
 * libnifti 3.0.1 aborts on some headers, so no function that reads a file, a name or a header is
 * callable here. NIfTIHeader.swift checks every argument first.
 * No function allocates, prints or has state.
 */

/* Bytes of one voxel of a NIfTI datatype code; 0 for a code that libnifti does not know. */
int cnifti_bytes_per_voxel(int datatype);

/*
 * The qform as an affine.
 *
 * In: quaternion (b, c, d), offset (x, y, z) and spacing (x, y, z) in one unit, qfac (negative: the
 * third axis is flipped). Out: affine, 12 numbers, three rows of four, voxel index to RAS+.
 * A quaternion longer than 1 is normalised.
 */
void cnifti_affine_of_quaternion(const double quaternion[3], const double offset[3],
                                 const double spacing[3], double qfac, double affine[12]);

/*
 * The anatomical direction of each voxel axis, nearest axes, a proper permutation.
 *
 * In: affine, three rows of four. Out: codes of voxel axes 1, 2, 3 as in cnifti_direction.
 * Returns 1, or 0 when the affine has no orientation.
 */
int cnifti_orientation(const double affine[12], int codes[3]);

/* The values of cnifti_orientation: "towards right" is libnifti's NIFTI_L2R. */
enum cnifti_direction {
  cnifti_towards_right = 1,
  cnifti_towards_left = 2,
  cnifti_towards_anterior = 3,
  cnifti_towards_posterior = 4,
  cnifti_towards_superior = 5,
  cnifti_towards_inferior = 6
};

#endif
